/** `node answer.ts`: reads what is asked of a chart on standard input, and writes the answer to standard output. For
 * programs that are run by themselves, and in tests. */
import { text } from 'node:stream/consumers';
import { answerChart } from './answer-chart.ts';

const answer = await answerChart(JSON.parse(await text(process.stdin)), { env: process.env });
process.stdout.write(JSON.stringify(answer));
