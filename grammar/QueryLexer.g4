/// The words of the language. Keywords are not here: every word is a WORD, and scan.cpp gives the
/// keywords their types, because after a dot any word is a name and case does not count.
lexer grammar QueryLexer;

tokens {
  K_ACCEPT, K_ADD, K_ADJUSTED, K_AGAIN, K_AGNOSTIC, K_AGREEMENT, K_ALL, K_ALLOW, K_ANALYZE, K_AND,
  K_ANNOTATIONS, K_APPLY, K_AS, K_ASC, K_ASSERT, K_AUDIT, K_AUTOTAG, K_AUTOTAGS, K_BATCH, K_BEGIN,
  K_BETWEEN, K_BOXES, K_BY, K_CALIBRATION, K_CHOICES, K_CLASS, K_CLASSES, K_COARSE, K_COMMIT,
  K_COMPARE, K_COMPAT, K_CONFIDENCE, K_CONFUSION, K_CREATE, K_CURVE, K_DELETE, K_DESC, K_DESCRIBE,
  K_DESCRIPTION, K_DISTANCES, K_DROP, K_DUPLICATES, K_EMBEDDINGS, K_ERROR, K_ERRORS, K_EVALUATE,
  K_EXACT, K_EXPLAIN, K_EXPORT, K_FALSE, K_FIELDS, K_FIND, K_FOR, K_FORMAT, K_FRACTION, K_FROM,
  K_GROUP, K_HAVING, K_IDS, K_ILIKE, K_IMAGES, K_IMPORT, K_IN, K_INSERT, K_INSIGHTS, K_INSTRUCTIONS, K_INTO,
  K_IOU, K_IS, K_ITEMS, K_KEEP, K_LABEL, K_LABELING, K_LABELS, K_LIKE, K_LIMIT, K_LIVE, K_METHOD,
  K_METRICS, K_MIN, K_MISSING, K_MULTI, K_NEAR, K_NOT, K_NULL, K_OF, K_OFFSET, K_ON, K_OR,
  K_ORDER, K_OUTLIERS, K_PREDICTIONS, K_PROBABILITIES, K_PROJECT, K_PROJECTS, K_RANK, K_REFINE,
  K_REFRESH, K_REJECT, K_RELATIVE, K_REMOVE, K_RENAME, K_REPORT, K_RESULTS, K_ROLLBACK, K_RULE, K_RUN,
  K_RUNS, K_SAMPLE, K_SEED, K_SELECT, K_SEND, K_SET, K_SHOW, K_SKIP, K_SLICE, K_SLICES, K_SQL, K_STATS,
  K_SUGGEST, K_TAXONOMY, K_TIES, K_TO, K_TRUE, K_UPDATE, K_USE, K_USING, K_WEIGHTED, K_WHERE,
  K_WITH, K_WITHIN
}

fragment D : [0-9] ;
fragment EXPONENT : [eE] [+\-]? D+ ;

/// A date is one token before it could become a subtraction.
DATE
  : D D D D '-' D D '-' D D
    ( [T ] D D ':' D D ( ':' D D ( '.' D+ )? )? ( 'Z' | [+\-] D D ':' D D )? )?
  ;
DECIMAL : D+ '.' D+ EXPONENT? | '.' D+ EXPONENT? | D+ EXPONENT ;
INTEGER : D+ ;
WORD : [A-Za-z_] [A-Za-z0-9_]* ;
PARAMETER : '$' [A-Za-z_] [A-Za-z0-9_]* ;

/// Text that opens with a straight quote ends at a straight quote, so that typographic ones may
/// stand in it; only where none follows does a typographic one close it. Text that opens with a
/// typographic quote ends at any quote of its kind. A quote inside is doubled.
TEXT
  : '"' ( ~'"' | '""' )* '"'
  | '\'' ( ~'\'' | '\'\'' )* '\''
  | '"' ~["\u201C\u201D\u201E]* [\u201C\u201D\u201E]
  | '\'' ~['\u2018\u2019]* [\u2018\u2019]
  | [\u201C\u201D\u201E]
    ( ~["\u201C\u201D\u201E] | '""' | '\u201C\u201C' | '\u201D\u201D' | '\u201E\u201E' )*
    ["\u201C\u201D\u201E]
  | [\u2018\u2019] ( ~['\u2018\u2019] | '\'\'' | '\u2018\u2018' | '\u2019\u2019' )* ['\u2018\u2019]
  ;
/// A quote that nothing closes.
OPEN_QUOTE : ["'\u201C\u201D\u201E\u2018\u2019] ;

EQUAL : '=' | '==' ;
NOT_EQUAL : '!=' | '<>' ;
LESS : '<' ;
LESS_EQUAL : '<=' ;
GREATER : '>' ;
GREATER_EQUAL : '>=' ;
PLUS : '+' ;
MINUS : '-' ;
STAR : '*' ;
SLASH : '/' ;
PERCENT : '%' ;
TILDE : '~' ;
LPAREN : '(' ;
RPAREN : ')' ;
LBRACKET : '[' ;
RBRACKET : ']' ;
COMMA : ',' ;
DOT : '.' ;
SEMICOLON : ';' ;
QUESTION : '?' ;

BLANK : [ \t\r\n\u00A0]+ -> channel(HIDDEN) ;
LINE_COMMENT : '--' ~[\r\n]* -> channel(HIDDEN) ;
COMMENT : '/*' .*? '*/' -> channel(HIDDEN) ;
OPEN_COMMENT : '/*' ;

/// Operators of other languages, known only to be answered with ours.
FOREIGN : '&&' | '||' | '!' | '=>' | '=<' | '&' | '|' ;
OTHER : . ;
