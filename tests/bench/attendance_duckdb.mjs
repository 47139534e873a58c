// The same figures by DuckDB's own CSV reader and SQL, on one thread: sessions by school, year group,
// groups, week and weekday, and persistent absence from pupils' own year. Prints one line of JSON.
// Usage: node attendance_duckdb.mjs FILE [ROUNDS], where @duckdb/node-api can be found.
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(process.cwd() + '/');
const { DuckDBInstance } = require('@duckdb/node-api');
const [file, rounds = '3'] = process.argv.slice(2);
const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
const sums = `sum(attended), sum(authorised), sum(unauthorised), sum(late)`;
const query = `
  CREATE OR REPLACE TEMP TABLE days AS
  SELECT urn, pupil_id, any_value(year_group) AS year_group, any_value(pupil_premium) AS premium,
    any_value(sen) <> 'N' AS send, date,
    count(*) FILTER (mark IN ('/', '\\', 'L', 'V', 'B', 'K', 'P', 'W')) AS attended,
    count(*) FILTER (mark IN ('I', 'M', 'C', 'C1', 'C2', 'E', 'J1', 'R', 'S', 'T')) AS authorised,
    count(*) FILTER (mark IN ('O', 'G', 'N', 'U')) AS unauthorised,
    count(*) FILTER (mark IN ('L', 'U')) AS late
  FROM read_csv('${file}', header = true, columns = {'urn': 'INTEGER', 'pupil_id': 'VARCHAR',
    'year_group': 'VARCHAR', 'pupil_premium': 'VARCHAR', 'sen': 'VARCHAR', 'date': 'DATE',
    'session': 'VARCHAR', 'mark': 'VARCHAR'})
  GROUP BY urn, pupil_id, date;
  CREATE OR REPLACE TEMP TABLE pupils AS
  SELECT urn, pupil_id, any_value(year_group) AS year_group, any_value(premium) AS premium,
    any_value(send) AS send, sum(attended) AS attended, sum(authorised) AS authorised,
    sum(unauthorised) AS unauthorised, sum(late) AS late
  FROM days GROUP BY urn, pupil_id;`;
const figures = [
  `SELECT urn, year_group, premium, send, ${sums} FROM pupils
     GROUP BY GROUPING SETS ((urn), (urn, year_group), (urn, premium), (urn, send))`,
  `SELECT urn, date_trunc('week', date), ${sums} FROM days GROUP BY ALL`,
  `SELECT urn, dayofweek(date), ${sums} FROM days GROUP BY ALL`,
  `SELECT count(*) FILTER ((authorised + unauthorised) * 10 >= attended + authorised + unauthorised)
     FROM pupils`,
];
const seconds = [];
const cpu = [];
let persistent = 0;
for (let round = 0; round < Number(rounds); ++round) {
  const start = process.hrtime.bigint();
  const used = process.cpuUsage();
  for (const statement of query.split(';').filter((one) => one.trim())) {
    await connection.run(statement);
  }
  for (const statement of figures) {
    const rows = await (await connection.runAndReadAll(statement)).getRows();
    persistent = Number(rows[0][0]);
  }
  seconds.push(Number(process.hrtime.bigint() - start) / 1e9);
  const { user, system } = process.cpuUsage(used);
  cpu.push((user + system) / 1e6);
}
const mb = statSync(file).size / 1e6;
const rate = (all) => (mb / all.sort((a, b) => a - b)[all.length >> 1]).toFixed(1);
console.log(`{"persistent": ${persistent}, "mb_per_s": ${rate(seconds)}, "mb_per_cpu_s": ${rate(cpu)}}`);
