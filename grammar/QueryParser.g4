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
  | update
  | deleteRows
  | useRun
  | begin
  | commit
  | rollback
  | query
  ;

// --- queries

query
  : selectClause fromClause? whereClause? groupByClause? havingClause? orderByClause? sampleClause? limitClause?
  | fromClause whereClause? groupByClause? havingClause? orderByClause? sampleClause? limitClause?
  | whereClause groupByClause? havingClause? orderByClause? sampleClause? limitClause?
  | groupByClause havingClause? orderByClause? sampleClause? limitClause?
  | havingClause orderByClause? sampleClause? limitClause?
  | orderByClause sampleClause? limitClause?
  | sampleClause limitClause?
  | limitClause
  | condition groupByClause? havingClause? orderByClause? sampleClause? limitClause?
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
limitClause : K_LIMIT INTEGER ( K_OFFSET INTEGER )? ;

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
primary : LPAREN condition RPAREN | simpleConstant | reference ;

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

explain : K_EXPLAIN K_ANALYZE? query ;
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
  | K_FORMAT nameOrText
  | K_UPDATE
  | K_ON K_ERROR K_SKIP
  ;
exportData : K_EXPORT query K_TO TEXT ( K_FORMAT nameOrText )? ;
update : K_UPDATE source K_SET assignment ( COMMA assignment )* whereClause? ;
assignment : reference EQUAL ( K_MISSING | sum ) ;
deleteRows : K_DELETE K_FROM source whereClause? ;
useRun : K_USE K_RUN nameOrText ;
begin : K_BEGIN ;
commit : K_COMMIT ;
rollback : K_ROLLBACK ;

// --- names

nameOrText : name | TEXT ;
/// Any word but the reserved ones, which are those that could not be told from a clause.
name
  : WORD | K_ANALYZE | K_ANNOTATIONS | K_AUTOTAGS | K_BEGIN | K_BY | K_COMMIT | K_CREATE | K_DELETE
  | K_DESCRIBE | K_DROP | K_EMBEDDINGS | K_ERROR | K_EXPLAIN | K_EXPORT | K_FIELDS | K_FORMAT
  | K_IMPORT | K_INSERT | K_INTO | K_ITEMS | K_LABELS | K_LIVE | K_MISSING | K_NULL | K_OF | K_ON
  | K_PREDICTIONS | K_PROBABILITIES | K_RENAME | K_ROLLBACK | K_RUN | K_RUNS | K_SAMPLE | K_SEED
  | K_SET | K_SHOW | K_SKIP | K_SLICE | K_SLICES | K_STATS | K_TO | K_UPDATE | K_USE
  ;
