/** Runs of CI systems: what set a run off goes in, out come what is to be done, and what came of it in the ways that the
 * system shows it: annotations, a summary, outputs for later steps, a report. */
export { codeQuality } from './code-quality.ts';
export { type Decision, decide } from './decide.ts';
export { completeHistory } from './history.ts';
export { dotenv, type Outputs, outputFile } from './outputs.ts';
export { failureSummary, renderSummary, reviewSummary } from './summary.ts';
export { annotation, WorkflowCommands } from './workflow-commands.ts';
