IMPORT ITEMS FROM 'items.jsonl';
IMPORT ANNOTATIONS FROM 'annotations.jsonl';
IMPORT PREDICTIONS FROM 'predictions.jsonl' AS RUN "large";
IMPORT PREDICTIONS FROM 'predictions-small.jsonl' AS RUN "small";
