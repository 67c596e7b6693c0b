"""Every query of the scripts in tests/query, asked of another database at its place in the script."""
import os
import pathlib
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def blocks(text):
    """(parameters set before it, statement) of each block of a script; tests/query/script_test.cpp."""
    for block in text.split("\n\n"):
        given, statement = [], []
        for line in block.split("\n"):
            if line.startswith("----"):
                break
            if line.startswith("# set "):
                given.append(line.split(" ", 3)[2:])
            elif not line.startswith("#") or statement:
                statement.append(line)
        yield given, "\n".join(statement).strip()


def value_of(text):
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return {"true": True, "false": False, "missing": None}.get(text, text)


class Script:
    """Runs a script and calls ask(sql, line) for each of its queries."""

    def __init__(self, cupel, changed, ask, unsupported):
        self.cupel, self.changed, self.ask, self.unsupported = cupel, changed, ask, unsupported
        self.queries = 0

    def run(self, text):
        named, places = {}, []
        with self.cupel.open(":memory:") as dataset:
            session = dataset.session()
            fresh = False
            for given, statement in blocks(text):
                for name, value in given:
                    if name == "?":
                        places.append(value_of(value))
                    else:
                        named[name] = value_of(value)
                if not statement:
                    continue
                parameters = places if "?" in statement and places else named
                if self.is_query(session, statement, parameters):
                    if not fresh:
                        self.changed(session)
                        fresh = True
                    self.compare(session, statement, parameters)
                elif self.change(session, statement, parameters):
                    fresh = False

    def is_query(self, session, statement, parameters):
        """Whether it can be explained, and has SQL."""
        try:
            session.execute("EXPLAIN " + statement, parameters)
        except self.cupel.Error:
            return False
        try:
            session.execute("EXPLAIN SQL " + statement, parameters)
        except self.cupel.UnsupportedError as error:
            self.unsupported(str(error))
            return False
        except self.cupel.Error:  # EXPLAIN EXPLAIN: what could be explained was EXPLAIN ANALYZE
            return False
        return True

    def change(self, session, statement, parameters):
        try:
            session.execute(statement, parameters).fetch()
        except self.cupel.Error:
            return False
        return True

    def compare(self, session, statement, parameters):
        self.queries += 1
        sql = "\n".join(session.execute("EXPLAIN SQL " + statement, parameters).column("sql"))
        result = session.execute(statement, parameters)
        rows = [[value.replace(tzinfo=None) if hasattr(value, "tzinfo") else value for value in row]
                for row in result.rows()]
        self.ask({"query": statement, "sql": sql + "\n", "names": result.columns, "types": result.types,
                  "rows": rows})


def run_all(cupel, changed, ask, unsupported):
    """How many queries there were."""
    asked = 0
    before = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="cupel-scripts-") as directory:
        os.symlink(ROOT / "tests" / "data", os.path.join(directory, "data"))
        os.chdir(directory)
        try:
            for path in sorted((ROOT / "tests" / "query").glob("*.test")):
                script = Script(cupel, lambda session, path=path: changed(session, path.name), ask, unsupported)
                script.run(path.read_text())
                asked += script.queries
        finally:
            os.chdir(before)
    return asked
