// Lays out graphs with elkjs: a JSON list of ELK graphs on stdin, a list of {seconds, graph} on stdout.
// Called by elk.py of this folder, in the folder where elkjs is installed.
const ELK = require(process.argv[2]);

async function main() {
  const graphs = JSON.parse(require("fs").readFileSync(0, "utf8"));
  const answers = [];
  for (const graph of graphs) {
    const elk = new ELK();
    const started = process.hrtime.bigint();
    const drawn = await elk.layout(graph);
    answers.push({ seconds: Number(process.hrtime.bigint() - started) / 1e9, graph: drawn });
  }
  console.log(JSON.stringify(answers));
}

main();
