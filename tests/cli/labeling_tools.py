"""Imitations of the three labeling tools: they read task files as they were written and export
answers in their own form. An answer is (worker, reviewer, label); "none of these" is a label."""
import json

NONE = "none of these"


def jsonl(directory, answers_of):
    """Our own form: a line an answer."""
    lines = []
    for file in sorted(directory.glob("batch-*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            task = json.loads(line)
            for worker, reviewer, label in answers_of(task):
                answer = {"task_id": task["task_id"], "worker": worker,
                          "role": "reviewer" if reviewer else "worker"}
                answer.update({"none": True} if label == NONE else {"label": label})
                lines.append(json.dumps(answer))
    return "answers.jsonl", "\n".join(lines) + "\n"


def label_studio(directory, answers_of):
    """The JSON export of a Label Studio project."""
    tasks, numbers = [], {}
    for file in sorted(directory.glob("batch-*.json")):
        for task in json.loads(file.read_text(encoding="utf-8")):
            annotations = []
            for worker, reviewer, label in answers_of(task["data"]):
                number = numbers.setdefault(worker, len(numbers) + 1)
                annotations.append({
                    "id": 1000 * len(tasks) + number, "completed_by": number,
                    "was_cancelled": False, "ground_truth": reviewer,
                    "result": [{"from_name": "answer", "to_name": "image", "type": "choices",
                                "value": {"choices": [label]}}]})
            tasks.append({"id": len(tasks) + 1, "data": task["data"], "meta": task["meta"],
                          "annotations": annotations, "predictions": []})
    return "export.json", json.dumps(tasks)


def scale(directory, answers_of):
    """The tasks endpoint of Scale: respondents have no names, a review stands at the task."""
    docs = []
    for file in sorted(directory.glob("batch-*.json")):
        for task in json.loads(file.read_text(encoding="utf-8")):
            answers = answers_of(task["metadata"])
            reviews = [label for _, reviewer, label in answers if reviewer]
            said = reviews or [label for _, _, label in answers]
            docs.append({"task_id": f"5f{len(docs):022x}", "type": "textcollection",
                         "status": "completed", "completed_at": "2024-05-06T07:08:09.000Z",
                         "unique_id": task["unique_id"], "metadata": task["metadata"],
                         "customer_review_status": "fixed" if reviews else "pending",
                         "response": {"annotations": {"label": {
                             "type": "category", "response": [[label] for label in said]}}}})
    return "tasks.json", json.dumps({"docs": docs, "total": len(docs)})


TOOLS = {"jsonl": jsonl, "label_studio": label_studio, "scale": scale}
