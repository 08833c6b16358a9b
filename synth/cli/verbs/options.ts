/** What flags are, and those that several verbs have. */
import { Option } from 'commander';
import type { CommandModule } from '../command.ts';

export interface Verb {
  readonly name: string;
  readonly args?: string;
  readonly summary: string;
  readonly options: readonly Option[];
  readonly example: string;
  readonly load: () => Promise<CommandModule>;
}

export function option(flags: string, description: string): Option {
  const made = new Option(flags, description);
  // commander takes all that begins with `--no-` for the opposite of a flag; what has a value is none.
  if (made.required) made.negate = false;
  return made;
}
export const env = (flags: string, description: string, variable: string): Option =>
  option(flags, description).env(variable);

export const app = env(
  '--app <file|command>',
  'the program, relative to the repository (default: main.ts); or a command that runs one in another language',
  'TRUEKEEL_APP',
);
const allowCommands = option(
  '--allow-commands',
  'run a command outside of the sandbox (TRUEKEEL_ALLOW_COMMANDS=true does the same)',
);
export const programLimits = [
  env(
    '--program-timeout <seconds>',
    'how long the program may run (default: 120)',
    'TRUEKEEL_PROGRAM_TIMEOUT',
  ),
  env(
    '--program-memory <MiB>',
    'how much heap the program may take (default: 2048)',
    'TRUEKEEL_PROGRAM_MEMORY',
  ),
];
/** Of what runs the program. */
export const program = [app, ...programLimits, allowCommands];
export const environment = env('--environment <name>', 'the environment', 'TRUEKEEL_ENVIRONMENT');
export const renderedBranch = option(
  '--rendered-branch <name>',
  'its rendered branch (default: rendered/<environment>)',
);
export const repo = env(
  '--repo <dir>',
  'the Git repository (default: the one around this directory)',
  'TRUEKEEL_REPO',
);
export const output = option('-o, --output <format>', 'how to print the result')
  .choices(['table', 'json'])
  .default('table');
export const logFormat = option('--log-format <format>', 'how to print progress')
  .choices(['text', 'json'])
  .default('text');
export const typecheck = option('--no-typecheck', 'do not check the types of the program');
export const source = option('--source <ref>', 'render this commit (default: the work tree)');
export const push = option('--push', 'push the rendered branch, by compare-and-swap');
export const remote = env('--remote <name>', 'the remote to push to (default: origin)', 'TRUEKEEL_REMOTE');
export const requireApproval = option(
  '--require-approval',
  'move a rendered branch only as the pull request that brought the source commit was approved',
);
export const sign = env('--sign <key>', 'sign the rendered commit: ssh:FILE or openpgp:KEY', 'TRUEKEEL_SIGN');
export const signed = [
  env(
    '--allowed-signers <file>',
    'take only commits that an SSH key of this list signed',
    'TRUEKEEL_ALLOWED_SIGNERS',
  ),
  option(
    '--trusted-keys <fingerprint...>',
    'take only commits that one of these OpenPGP keys of the keyring signed',
  ).default([]),
];
export const post = option(
  '--post',
  'tell the forge how the release goes: a deployment, and a status of the source commit',
);
export const yes = option('-y, --yes', 'do not ask');
export const exitCode = option('--exit-code', 'exit with 2 when changes are pending');
export const cluster = [
  env(
    '--kubeconfig <file>',
    'the kubeconfig (default: KUBECONFIG, ~/.kube/config, in-cluster)',
    'TRUEKEEL_KUBECONFIG',
  ),
  env('--context <name>', 'the context of the kubeconfig', 'TRUEKEEL_CONTEXT'),
  env(
    '--requests-per-second <number>',
    'send no more requests than that (default: as many as the server takes)',
    'TRUEKEEL_REQUESTS_PER_SECOND',
  ),
];
export const ageKeyFile = env(
  '--age-key-file <file>',
  'private keys for sealed Secrets (also: SOPS_AGE_KEY_FILE, SOPS_AGE_KEY)',
  'TRUEKEEL_AGE_KEY_FILE',
);
export const desired = [
  environment,
  renderedBranch,
  option('--files <dir>', 'a folder of Kubernetes YAML instead of an environment'),
  option('--application <name>', 'the application that the files belong to'),
  ageKeyFile,
];
export const noProgressTimeout = env(
  '--no-progress-timeout <seconds>',
  'how long an object may stand still on its way to being ready (default: 180)',
  'TRUEKEEL_NO_PROGRESS_TIMEOUT',
);
export const reviewPage = [
  option('--page <file>', 'write all of the review as one page of HTML'),
  option('--page-url <url>', 'where the page will be found (default: where CI keeps files of a run)'),
];
export const snapshot = option(
  '--snapshot <file...>',
  'plan against what `truekeel snapshot` wrote, and ask no cluster; one for each environment (TRUEKEEL_SNAPSHOT)',
).default([]);
export const deleteLimits = [
  env(
    '--max-deletes <number>',
    'refuse to delete more objects of an application than that (default: as the program says, else 10)',
    'TRUEKEEL_MAX_DELETES',
  ),
  env(
    '--max-delete-share <share>',
    'refuse to delete a greater share of its objects, 0 to 1 (default: as the program says, else 0.5)',
    'TRUEKEEL_MAX_DELETE_SHARE',
  ),
];
export const takeOverHelm = option(
  '--take-over-helm',
  'put releases of Helm aside whose objects are all in the program (default: leave them)',
);
export const applying = [
  option('--plan <digest|file>', 'apply only this plan: its digest, or what plan -o json printed'),
  yes,
  option('--no-wait', 'do not wait until everything is ready'),
  option('--wait <boolean>', 'wait until everything is ready').hideHelp(),
  option('--no-prune', 'leave what is no longer wanted'),
  option('--prune <boolean>', 'delete what is no longer wanted').hideHelp(),
  env('--timeout <seconds>', 'how long to wait for readiness (default: 300)', 'TRUEKEEL_TIMEOUT'),
  noProgressTimeout,
  env(
    '--writes-in-flight <number>',
    'have no more writes under way at a time (default: found out)',
    'TRUEKEEL_WRITES_IN_FLIGHT',
  ),
  option(
    '--approve <what...>',
    'approve what a guard refuses: its code, or an object as the plan names it',
  ).default([]),
  ...deleteLimits,
  takeOverHelm,
];
