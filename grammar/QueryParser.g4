/// The sentences of the language (docs: language). A parenthesis always holds a condition; what is
/// a boolean and what a number is judged after parsing.
parser grammar QueryParser;

options { tokenVocab = QueryLexer; }

oneStatement : statement SEMICOLON? EOF ;
oneQuery : query SEMICOLON? EOF ;

statement
  : explain
  | createSlice
  | insertIntoSlice
  | deleteFromSlice
  | renameSlice
  | dropSlice
  | show
  | describeSlice
  | importData
  | exportData
  | reportQuery
  | update
  | deleteRows
  | useRun
  | begin
  | commit
  | rollback
  | importProbabilities
  | dropProbabilities
  | findLabelErrors
  | showLabelErrors
  | explainLabelError
  | sendSlice
  | importResults
  | auditProject
  | applyResults
  | compareLabels
  | showProjects
  | dropProject
  | evaluateRun
  | showEvaluation
  | compareRuns
  | assertion
  | showInsights
  | importEmbeddings
  | dropEmbeddings
  | findNear
  | createAutotag
  | refineAutotag
  | namedAutotag
  | suggestForAutotag
  | query
  ;

// --- queries

query
  : selectQuery
  | fromClause whereClause? groupByClause? havingClause? orderByClause? sampleClause? limitClause?
  | whereClause groupByClause? havingClause? orderByClause? sampleClause? limitClause?
  | groupByClause havingClause? orderByClause? sampleClause? limitClause?
  | havingClause orderByClause? sampleClause? limitClause?
  | orderByClause sampleClause? limitClause?
  | sampleClause limitClause?
  | limitClause
  | condition groupByClause? havingClause? orderByClause? sampleClause? limitClause?
  ;

selectQuery
  : selectClause fromClause? whereClause? groupByClause? havingClause? orderByClause? sampleClause? limitClause?
  ;
selectClause : K_SELECT ( STAR | selectEntry ( COMMA selectEntry )* ) ;
selectEntry : condition ( K_AS nameOrText )? ;
fromClause : K_FROM source ;
source : name ( LPAREN nameOrText RPAREN )? ;
whereClause : K_WHERE condition ;
groupByClause : K_GROUP K_BY condition ( COMMA condition )* ;
havingClause : K_HAVING condition ;
orderByClause : K_ORDER K_BY orderKey ( COMMA orderKey )* ;
orderKey : condition ( K_ASC | K_DESC )? ;
sampleClause : K_SAMPLE INTEGER ( K_SEED INTEGER )? ;
limitClause : K_LIMIT INTEGER ( K_OFFSET INTEGER )? K_EXACT? ;

// --- conditions, loosest first

condition : conjunction ( K_OR conjunction )* ;
conjunction : negation ( K_AND negation )* ;
negation : K_NOT negation | predicate ;
predicate : sum predicateTail? ;
predicateTail
  : compareOperator sum                                          # comparison
  | K_NOT? K_IN LPAREN constant ( COMMA constant )* RPAREN       # membership
  | K_NOT? K_BETWEEN sum K_AND sum                               # range
  | K_NOT? ( K_LIKE | K_ILIKE ) sum                              # likeness
  | TILDE sum                                                    # regex
  | K_IS K_NOT? ( K_MISSING | K_NULL )                           # missing
  ;
compareOperator : EQUAL | NOT_EQUAL | LESS | LESS_EQUAL | GREATER | GREATER_EQUAL ;
sum : product ( ( PLUS | MINUS ) product )* ;
product : unary ( ( STAR | SLASH | PERCENT ) unary )* ;
unary : MINUS unary | primary ;
/// A query in parentheses stands in ASSERT only, which build_insights.cpp holds.
primary : LPAREN selectQuery RPAREN | LPAREN condition RPAREN | simpleConstant | reference ;

constant : MINUS? ( INTEGER | DECIMAL ) | TEXT | name | DATE | K_TRUE | K_FALSE | parameter ;
simpleConstant : INTEGER | DECIMAL | DATE | K_TRUE | K_FALSE | parameter ;
parameter : QUESTION | PARAMETER ;

/// A path, a call, a bare word or a text alone: build_expression.cpp tells them apart.
reference : head step* ;
head : name arguments? filter? | TEXT filter? ;
step : DOT ( WORD | TEXT ) arguments? filter? ;
arguments : LPAREN ( argument ( COMMA argument )* )? RPAREN ;
argument : STAR | condition ;
filter : LBRACKET condition RBRACKET ;

// --- statements

explain : K_EXPLAIN ( K_ANALYZE | K_SQL )? query ;
createSlice
  : K_CREATE K_LIVE? K_SLICE nameOrText K_AS query
  | K_CREATE K_SLICE nameOrText K_FROM LPAREN nameOrText ( COMMA nameOrText )* RPAREN
  ;
insertIntoSlice : K_INSERT K_INTO K_SLICE nameOrText query ;
deleteFromSlice : K_DELETE K_FROM K_SLICE nameOrText query ;
renameSlice : K_RENAME K_SLICE nameOrText K_TO nameOrText ;
dropSlice : K_DROP K_SLICE nameOrText ;
show
  : K_SHOW ( K_SLICES | K_RUNS | K_AUTOTAGS | K_EMBEDDINGS | K_PROBABILITIES | K_STATS )
  | K_SHOW ( K_LABELS | K_FIELDS ) ( K_OF source )?
  ;
describeSlice : K_DESCRIBE K_SLICE nameOrText ;
importData : K_IMPORT ( K_ITEMS | K_ANNOTATIONS | K_PREDICTIONS ) K_FROM TEXT importOption* ;
importOption
  : K_AS K_RUN nameOrText
  | formatChoice
  | K_UPDATE
  | K_ON K_ERROR K_SKIP
  ;
exportData : K_EXPORT query K_TO TEXT formatChoice? ;
formatChoice : K_FORMAT nameOrText ( LPAREN formatSetting ( COMMA formatSetting )* RPAREN )? ;
formatSetting : nameOrText EQUAL settingValue ;
settingValue : nameOrText | MINUS? ( INTEGER | DECIMAL ) | K_TRUE | K_FALSE ;
reportQuery : K_REPORT query K_TO TEXT ( K_IMAGES TEXT )? ;
update : K_UPDATE source K_SET assignment ( COMMA assignment )* whereClause? ;
assignment : reference EQUAL ( K_MISSING | sum ) ;
deleteRows : K_DELETE K_FROM source whereClause? ;
useRun : K_USE K_RUN nameOrText ;
begin : K_BEGIN ;
commit : K_COMMIT ;
rollback : K_ROLLBACK ;

// --- label errors and relabeling

importProbabilities
  : K_IMPORT K_PROBABILITIES K_FROM ( TEXT | K_RUN nameOrText ) probabilityOption*
  ;
probabilityOption
  : K_AS nameOrText
  | K_IDS K_FROM TEXT
  | K_CLASSES K_FROM TEXT
  | K_IN K_TAXONOMY nameOrText
  | K_UPDATE
  ;
dropProbabilities : K_DROP K_PROBABILITIES nameOrText ;
findLabelErrors : K_FIND K_LABEL K_ERRORS findOption* ;
findOption
  : K_IN K_TAXONOMY nameOrText
  | K_IN K_SLICE nameOrText
  | K_IN K_BOXES
  | K_MULTI K_LABEL
  | K_USING K_PROBABILITIES ( K_FROM TEXT | nameOrText )
  | K_USING K_RUN nameOrText
  | K_IDS K_FROM TEXT
  | K_CLASSES K_FROM TEXT
  | K_METHOD nameOrText
  | K_RANK K_BY nameOrText
  | K_ADJUSTED
  | K_FRACTION number
  | K_KEEP INTEGER
  | K_REMOVE LPAREN removal ( COMMA removal )* RPAREN
  | K_TIES nameOrText
  | K_COMPAT nameOrText
  | K_WITH K_COARSE K_LABELS TEXT
  | K_RELATIVE K_DISTANCES
  ;
removal : nameOrText INTEGER ;
showLabelErrors : K_SHOW K_LABEL K_ERRORS ( K_IN K_TAXONOMY nameOrText )? ;
explainLabelError : K_EXPLAIN K_LABEL K_ERROR nameOrText ( K_IN K_TAXONOMY nameOrText )? ;
sendSlice : K_SEND K_SLICE nameOrText K_TO K_LABELING TEXT sendOption* ;
sendOption
  : K_PROJECT nameOrText
  | K_IN K_TAXONOMY nameOrText
  | K_BATCH INTEGER
  | K_CALIBRATION INTEGER
  | K_SEED INTEGER
  | K_FORMAT nameOrText
  | K_CHOICES ( K_ALL | INTEGER )
  | K_INSTRUCTIONS TEXT
  | K_DESCRIPTION TEXT
  | K_AGAIN
  ;
importResults : K_IMPORT K_LABELING K_RESULTS K_FROM TEXT resultOption* ;
resultOption : K_OF K_PROJECT nameOrText | K_FORMAT nameOrText ;
auditProject
  : K_AUDIT K_PROJECT nameOrText
    ( ( K_ACCEPT | K_REJECT ) ( LPAREN nameOrText ( COMMA nameOrText )* RPAREN )? )?
  ;
applyResults : K_APPLY K_LABELING K_RESULTS K_OF K_PROJECT nameOrText applyOption* ;
applyOption : K_MIN K_AGREEMENT number | K_WEIGHTED ;
compareLabels : K_COMPARE K_LABELS K_OF K_PROJECT nameOrText K_AND nameOrText ;
showProjects : K_SHOW K_PROJECTS ;
dropProject : K_DROP K_PROJECT nameOrText ;

// --- evaluation

evaluateRun : K_EVALUATE K_RUN nameOrText evaluateOption* ;
evaluateOption
  : K_RULE nameOrText
  | K_IOU number
  | K_CLASS K_AGNOSTIC
  | K_ALLOW LPAREN allowedPair ( COMMA allowedPair )* RPAREN
  | K_CONFIDENCE number
  ;
allowedPair : nameOrText EQUAL nameOrText ;
showEvaluation
  : K_SHOW ( K_METRICS | K_CONFUSION | K_ERRORS | K_CURVE ) K_OF K_RUN nameOrText metricsOption*
  ;
compareRuns : K_COMPARE K_RUNS nameOrText K_AND nameOrText metricsOption* ;
metricsOption : whereClause | groupByClause | K_IOU number | K_CONFIDENCE number ;

number : INTEGER | DECIMAL ;

// --- assertions and insights

assertion : K_ASSERT condition ;
showInsights : K_SHOW K_INSIGHTS insightsOption* whereClause? ;
insightsOption : K_OF ( K_SLICE | K_RUN ) nameOrText ;

// --- embeddings and autotags

importEmbeddings : K_IMPORT K_EMBEDDINGS K_FROM TEXT embeddingOption* ;
embeddingOption
  : K_AS nameOrText
  | K_FOR source
  | K_IDS K_FROM TEXT
  | K_UPDATE
  ;
dropEmbeddings : K_DROP K_EMBEDDINGS nameOrText ;
findNear : K_FIND? ( K_NEAR K_DUPLICATES | K_OUTLIERS ) nearOption* ;
nearOption
  : K_IN K_SLICE nameOrText
  | K_WITHIN number
  | K_USING nameOrText
  ;
/// A list first: `("a")` could be a query too. No NOT after a query, whose condition could go on
/// with it.
createAutotag
  : K_CREATE K_AUTOTAG nameOrText K_FROM
    ( ( nameList | K_SLICE nameOrText ) ( K_NOT nameList | tagOption )* | query tagOption* )
  ;
nameList : LPAREN nameOrText ( COMMA nameOrText )* RPAREN ;
tagOption
  : K_FOR source
  | K_USING nameOrText
  | K_SEED INTEGER
  ;
refineAutotag : K_REFINE K_AUTOTAG nameOrText refinement+ ;
refinement : ( K_ADD | K_REJECT | K_REMOVE ) nameList ;
namedAutotag : ( K_REFRESH | K_DESCRIBE | K_DROP ) K_AUTOTAG nameOrText ;
suggestForAutotag : K_SUGGEST K_FOR K_AUTOTAG nameOrText ( K_LIMIT INTEGER )? ;

// --- names

nameOrText : name | TEXT ;
/// Any word but the reserved ones, which are those that could not be told from a clause.
name
  : WORD | K_ACCEPT | K_ADD | K_ADJUSTED | K_AGAIN | K_AGNOSTIC | K_AGREEMENT | K_ALL | K_ALLOW
  | K_ANALYZE | K_ANNOTATIONS | K_APPLY | K_ASSERT | K_AUDIT | K_AUTOTAG | K_AUTOTAGS | K_BATCH
  | K_BEGIN | K_BOXES | K_BY | K_CALIBRATION | K_CHOICES | K_CLASS | K_CLASSES | K_COARSE
  | K_COMMIT | K_COMPARE | K_COMPAT | K_CONFIDENCE | K_CONFUSION | K_CREATE | K_CURVE | K_DELETE
  | K_DESCRIBE | K_DESCRIPTION | K_DISTANCES | K_DROP | K_DUPLICATES | K_EMBEDDINGS | K_ERROR
  | K_ERRORS | K_EVALUATE | K_EXACT | K_EXPLAIN | K_EXPORT | K_FIELDS | K_FIND | K_FOR | K_FORMAT
  | K_FRACTION | K_IDS | K_IMAGES | K_IMPORT | K_INSERT | K_INSIGHTS | K_INSTRUCTIONS | K_INTO | K_IOU
  | K_ITEMS | K_KEEP | K_LABEL | K_LABELING | K_LABELS | K_LIVE | K_METHOD | K_METRICS | K_MIN
  | K_MISSING | K_MULTI | K_NEAR | K_NULL | K_OF | K_ON | K_OUTLIERS | K_PREDICTIONS
  | K_PROBABILITIES | K_PROJECT | K_PROJECTS | K_RANK | K_REFINE | K_REFRESH | K_REJECT
  | K_RELATIVE | K_REMOVE | K_RENAME | K_REPORT | K_RESULTS | K_ROLLBACK | K_RULE | K_RUN | K_RUNS | K_SAMPLE
  | K_SEED | K_SEND | K_SET | K_SHOW | K_SKIP | K_SLICE | K_SLICES | K_SQL | K_STATS | K_SUGGEST
  | K_TAXONOMY | K_TIES | K_TO | K_UPDATE | K_USE | K_USING | K_WEIGHTED | K_WITH | K_WITHIN
  ;
