"""Names and texts that are hard to quote go through EXPLAIN SQL and come back equal."""
import random

PIECES = ["'", "''", '"', '""', "\\", "\\'", "--", "/*", "*/", ";", "$$", "$1", "?", "%", "_", "\n", "\r\n",
          "\t", "`", "[", "]", "(", ")", ",", ".", " ", "é", "漢", "🚗", "\u202e", "\ufeff", "NULL", "x' OR 1=1 --",
          "\"; DROP TABLE items; --", "' UNION SELECT 1 --", "a", "0", ":text", "\x1b[31m", "E'", "{fn x}", "\\u0041"]
LONG = "q'\"" * 20000


def words(seed, count):
    chance = random.Random(seed)
    made = {"".join(chance.choices(PIECES, k=chance.randint(1, 6))) for _ in range(count)}
    # DuckDB does not tell names of columns apart by case.
    return sorted({word.lower(): word for word in made}.values())


def quote(text):
    return '"' + text.replace('"', '""') + '"'


def check(cupel, sql_tables, databases, count, seed=1):
    """Sentences about what was not the same; empty: nothing."""
    texts = words(seed, count) + [LONG]
    names = [text for text in words(seed + 1, 200) if text.isprintable() and text.strip()]
    dataset = cupel.open(":memory:")
    dataset.append({"reference_id": f"i{number}", "metadata": {"text": text,
                                                              names[number % len(names)]: number}}
                   for number, text in enumerate(texts))
    dataset.annotate({"reference_id": f"i{number}", "label": name, "type": "box",
                      "geometry": {"x": 0, "y": 0, "width": 1, "height": 1}}
                     for number, name in enumerate(names))
    for number, name in enumerate(names):
        dataset.execute(f"CREATE SLICE {quote(name)} AS metadata.text = $text", {"text": texts[number]})
    problems = []
    for database in databases:
        sql_tables.load(dataset, database.connection)

    def ask(query, parameters=None):
        sql = "\n".join(dataset.execute("EXPLAIN SQL " + query, parameters).column("sql"))
        rows = list(dataset.execute(query, parameters).rows())
        for database in databases:
            try:
                got = database.connection.execute(sql).fetchall()
            except Exception as error:
                got = str(error)
            if got != rows or not rows:
                problems.append(f"{database.name}: {query[:300]} {parameters!r:.300}: {rows!r:.200} {got!r:.200}")

    for text in texts:
        ask("SELECT reference_id, metadata.text WHERE metadata.text = $text", {"text": text})
    for name in names:
        ask(f"SELECT reference_id, metadata.{quote(name)} AS {quote(name)}, annotations.{quote(name)} AS n "
            f"WHERE metadata.{quote(name)} >= 0 AND (annotations.{quote(name)} >= 0 OR slice = {quote(name)})")
        ask(f"SELECT count() WHERE slice = {quote(name)}")
    dataset.close()
    return problems, len(texts) + 2 * len(names)
