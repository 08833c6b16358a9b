/** Runs the program named on the command line and prints what was rendered; for tests that start it in other
 * surroundings. */
import { runProgram } from '../index.ts';

const [root = '', program = ''] = process.argv.slice(2);
console.log(JSON.stringify(await runProgram({ root, program, cwd: process.cwd() })));
