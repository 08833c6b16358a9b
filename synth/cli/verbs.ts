/** The verbs and their flags. What a verb does is in `commands/<verb>.ts`. */
import { Option } from 'commander';
import type { CommandModule } from './command.ts';

interface Verb {
  readonly name: string;
  readonly args?: string;
  readonly summary: string;
  readonly options: readonly Option[];
  readonly example: string;
  readonly load: () => Promise<CommandModule>;
}

function option(flags: string, description: string): Option {
  const made = new Option(flags, description);
  // commander takes all that begins with `--no-` for the opposite of a flag; what has a value is none.
  if (made.required) made.negate = false;
  return made;
}
const env = (flags: string, description: string, variable: string): Option =>
  option(flags, description).env(variable);

const app = env(
  '--app <file|command>',
  'the program, relative to the repository (default: main.ts); or a command that runs one in another language',
  'TRUEKEEL_APP',
);
const allowCommands = option(
  '--allow-commands',
  'run a command outside of the sandbox (TRUEKEEL_ALLOW_COMMANDS=true does the same)',
);
const programLimits = [
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
const program = [app, ...programLimits, allowCommands];
const environment = env('--environment <name>', 'the environment', 'TRUEKEEL_ENVIRONMENT');
const renderedBranch = option(
  '--rendered-branch <name>',
  'its rendered branch (default: rendered/<environment>)',
);
const repo = env(
  '--repo <dir>',
  'the Git repository (default: the one around this directory)',
  'TRUEKEEL_REPO',
);
const output = option('-o, --output <format>', 'how to print the result')
  .choices(['table', 'json'])
  .default('table');
const logFormat = option('--log-format <format>', 'how to print progress')
  .choices(['text', 'json'])
  .default('text');
const typecheck = option('--no-typecheck', 'do not check the types of the program');
const source = option('--source <ref>', 'render this commit (default: the work tree)');
const push = option('--push', 'push the rendered branch, by compare-and-swap');
const remote = env('--remote <name>', 'the remote to push to (default: origin)', 'TRUEKEEL_REMOTE');
const requireApproval = option(
  '--require-approval',
  'move a rendered branch only as the pull request that brought the source commit was approved',
);
const sign = env('--sign <key>', 'sign the rendered commit: ssh:FILE or openpgp:KEY', 'TRUEKEEL_SIGN');
const signed = [
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
const post = option(
  '--post',
  'tell the forge how the release goes: a deployment, and a status of the source commit',
);
const yes = option('-y, --yes', 'do not ask');
const exitCode = option('--exit-code', 'exit with 2 when changes are pending');
const cluster = [
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
const ageKeyFile = env(
  '--age-key-file <file>',
  'private keys for sealed Secrets (also: SOPS_AGE_KEY_FILE, SOPS_AGE_KEY)',
  'TRUEKEEL_AGE_KEY_FILE',
);
const desired = [
  environment,
  renderedBranch,
  option('--files <dir>', 'a folder of Kubernetes YAML instead of an environment'),
  option('--application <name>', 'the application that the files belong to'),
  ageKeyFile,
];
const noProgressTimeout = env(
  '--no-progress-timeout <seconds>',
  'how long an object may stand still on its way to being ready (default: 180)',
  'TRUEKEEL_NO_PROGRESS_TIMEOUT',
);
const reviewPage = [
  option('--page <file>', 'write all of the review as one page of HTML'),
  option('--page-url <url>', 'where the page will be found (default: where CI keeps files of a run)'),
];
const snapshot = option(
  '--snapshot <file...>',
  'plan against what `truekeel snapshot` wrote, and ask no cluster; one for each environment (TRUEKEEL_SNAPSHOT)',
).default([]);
const deleteLimits = [
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
const takeOverHelm = option(
  '--take-over-helm',
  'put releases of Helm aside whose objects are all in the program (default: leave them)',
);
const applying = [
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

export const VERBS: readonly Verb[] = [
  {
    name: 'init',
    args: '[directory]',
    summary: 'make a project that works at once',
    options: [
      option('--name <name>', 'name of the project (default: the directory)'),
      option('--no-install', 'do not run npm install'),
    ],
    example: 'truekeel init shop && cd shop && npm test && npx truekeel sync',
    load: () => import('./commands/init.ts'),
  },
  {
    name: 'synth',
    summary: 'write the objects of a program as YAML files, without Git',
    options: [
      ...program,
      option('--out <dir>', 'where to (default: dist)'),
      option('--twice', 'run the program twice, and refuse what is not the same each time'),
      option(
        '--no-cache',
        'make every ApplicationFile again, whether or not its file has changed, and check types that were right',
      ),
      repo,
      typecheck,
      output,
    ],
    example: 'truekeel synth --app main.ts --out dist',
    load: () => import('./commands/synth.ts'),
  },
  {
    name: 'dev',
    summary: 'render and apply at each save, to an embedded cluster unless another one is named here',
    options: [
      app,
      ...programLimits,
      environment,
      // Neither comes from the surroundings: a save must not reach a cluster that nobody thought of.
      option('--kubeconfig <file>', 'apply to the cluster of this kubeconfig (default: an embedded one)'),
      option('--context <name>', 'apply to the cluster of this context'),
      option('--timeout <seconds>', 'how long to wait for readiness (default: 300)'),
      ageKeyFile,
      repo,
      output,
    ],
    example: 'truekeel dev --app main.ts --environment staging',
    load: () => import('./commands/dev.ts'),
  },
  {
    name: 'render',
    summary: 'render a source commit to the rendered branch of an environment',
    options: [
      environment,
      ...program,
      repo,
      source,
      push,
      remote,
      requireApproval,
      sign,
      ...signed,
      typecheck,
      output,
    ],
    example: 'truekeel render --environment production --push',
    load: () => import('./commands/render.ts'),
  },
  {
    name: 'plan',
    summary: 'show what apply would do',
    options: [
      ...desired,
      ...cluster,
      snapshot,
      repo,
      option('--no-prune', 'leave what is no longer wanted'),
      option('--prune <boolean>', '').hideHelp(),
      option('--approve <what...>', 'approve what a guard refuses').default([]),
      ...deleteLimits,
      takeOverHelm,
      ...signed,
      exitCode,
      output,
    ],
    example:
      'truekeel plan --environment production\n  truekeel plan --files manifests --application web -o json',
    load: () => import('./commands/plan.ts'),
  },
  {
    name: 'snapshot',
    summary:
      'write what the cluster of an environment holds to a file, to plan against where there is no cluster',
    options: [
      ...desired,
      option('-n, --namespace <name...>', 'take everything in this namespace, too').default([]),
      option('--out <file>', 'where to (default: <environment>.snapshot)'),
      ...cluster,
      repo,
      output,
    ],
    example:
      'truekeel snapshot --environment production\n  truekeel review --base origin/main --snapshot production.snapshot',
    load: () => import('./commands/snapshot.ts'),
  },
  {
    name: 'review',
    summary: 'show what merging a change would do to each environment, and tell its pull request',
    options: [
      option(
        '--base <ref>',
        'what it is to be merged into (default: the branch that CI names, or the remote’s HEAD)',
      ),
      option('--head <ref>', 'the change (default: HEAD)'),
      environment,
      ...program,
      repo,
      remote,
      typecheck,
      ...cluster,
      snapshot,
      option('--offline', 'ask no cluster: compare what both render'),
      option(
        '--approve <what...>',
        'let pass what a guard refuses: its code, or an object as the plan names it',
      ).default([]),
      ...deleteLimits,
      option('--post', 'write the comment and the statuses of the pull request'),
      option(
        '--pull-request <number>',
        'the pull request (default: the one that CI runs for, or that has the commit)',
      ),
      option('--comment-limit <characters>', 'how long a comment may be (default: as the forge has it)'),
      ...reviewPage,
      exitCode,
      option('-o, --output <format>', 'how to print the result')
        .choices(['text', 'markdown', 'json'])
        .default('text'),
    ],
    example: 'truekeel review --base origin/main --post',
    load: () => import('./commands/review.ts'),
  },
  {
    name: 'preview',
    args: '<action>',
    summary:
      'run what a pull request, or the work tree, would make, in a namespace of its own: up, down, list; sweep removes those whose time is over',
    options: [
      option('--pull-request <number>', 'the pull request (default: the one that CI runs for)'),
      option('--name <name>', 'a preview of the work tree, by this name, instead of a pull request'),
      option('--trust <commit>', 'up: run this commit of a pull request that comes from another repository'),
      option('--post', 'tell the pull request, by a comment and a status'),
      environment,
      ...program,
      repo,
      remote,
      typecheck,
      ageKeyFile,
      ...cluster,
      env('--timeout <seconds>', 'how long to wait for readiness (default: 300)', 'TRUEKEEL_TIMEOUT'),
      output,
    ],
    example:
      'truekeel preview up --pull-request 7 --post\n  truekeel preview up --name ada\n  truekeel preview list',
    load: () => import('./commands/preview.ts'),
  },
  {
    name: 'promote',
    summary: 'let a source commit that is well upstream pass on to the next environment, through its gates',
    options: [
      environment,
      renderedBranch,
      option('--source <ref>', 'promote this source commit (default: the newest that may pass)'),
      option('--check', 'show what would pass, and write nothing'),
      option(
        '--propose',
        'keep a pull request for each environment, and move its branch once that is approved',
      ),
      option('--automatic', 'move branches as soon as all gates have passed'),
      option('--upstream <how>', 'how one learns whether an environment upstream is ready')
        .choices(['cluster', 'notes', 'forge'])
        .default('cluster'),
      option('--hold', 'keep the environment where it is'),
      option('--pin <ref>', 'let nothing newer than this source commit get to the environment'),
      option('--release', 'end a hold or a pin'),
      option('--reason <text>', 'why it is held'),
      ...program,
      ageKeyFile,
      ...cluster,
      repo,
      push,
      remote,
      sign,
      yes,
      exitCode,
      output,
    ],
    example: 'truekeel promote --environment production\n  truekeel promote --propose',
    load: () => import('./commands/promote.ts'),
  },
  {
    name: 'apply',
    summary: 'make the cluster match',
    options: [...desired, ...cluster, repo, push, remote, ...applying, ...signed, post, output, logFormat],
    example: 'truekeel apply --environment production --plan sha256:51ac…',
    load: () => import('./commands/apply.ts'),
  },
  {
    name: 'sync',
    summary: 'synth, render, plan and apply in one',
    options: [
      environment,
      ...cluster,
      ...program,
      ageKeyFile,
      repo,
      push,
      remote,
      requireApproval,
      sign,
      ...signed,
      typecheck,
      ...applying,
      post,
      output,
      logFormat,
    ],
    example: 'truekeel sync --environment staging --yes',
    load: () => import('./commands/sync.ts'),
  },
  {
    name: 'status',
    summary: 'show what runs, whether it is ready and whether it drifted',
    options: [
      environment,
      renderedBranch,
      option('--tree', 'show what the cluster made of each object'),
      ageKeyFile,
      ...cluster,
      repo,
      exitCode,
      output,
    ],
    example: 'truekeel status --environment production --tree',
    load: () => import('./commands/status.ts'),
  },
  {
    name: 'diff',
    args: '[from] [to]',
    summary: 'show field by field what apply would change, or what two rendered commits differ in',
    options: [...desired, ...cluster, snapshot, repo, exitCode, output],
    example:
      'truekeel diff --environment production\n  truekeel diff --environment production rendered/production~1 rendered/production',
    load: () => import('./commands/diff.ts'),
  },
  {
    name: 'adopt',
    args: '[object]',
    summary: 'find the edit of the program that makes it say what somebody changed in the cluster',
    options: [
      environment,
      renderedBranch,
      option('-n, --namespace <name>', 'the namespace of the object (default: any)'),
      option('--field <path...>', 'only these fields, whoever holds them, as the plan names them').default(
        [],
      ),
      option('--write', 'edit the files of the work tree (default: print what would be edited)'),
      option('--pull-request', 'open a pull request with the edit, or bring the open one up to date'),
      option('--base <branch>', 'with --pull-request: the branch to edit (default: the remote’s HEAD)'),
      option('--shared', 'take an edit that changes other objects, too, and name them'),
      option('--trials <number>', 'how many edits to try for a field (default: 40)'),
      ...program,
      typecheck,
      ageKeyFile,
      ...cluster,
      repo,
      remote,
      output,
    ],
    example:
      'truekeel adopt --environment production\n  truekeel adopt deployment/web --environment production --field spec.replicas --pull-request',
    load: () => import('./commands/adopt.ts'),
  },
  {
    name: 'history',
    args: '[commit]',
    summary:
      'list the rendered commits of an environment, or tell all of one: who, when, approvals, what came of it',
    options: [
      environment,
      renderedBranch,
      repo,
      option('--limit <number>', 'how many (default: 20)'),
      output,
    ],
    example: 'truekeel history --environment production\n  truekeel history --environment production 3f9c2e1',
    load: () => import('./commands/history.ts'),
  },
  {
    name: 'changelog',
    summary: 'tell what people did between two releases of an environment, and which images are others',
    options: [
      environment,
      renderedBranch,
      option('--from <ref>', 'a rendered or a source commit (default: the release before)'),
      option('--to <ref>', 'a rendered or a source commit (default: the newest release)'),
      repo,
      option('-o, --output <format>', 'how to print it').choices(['markdown', 'json']).default('markdown'),
    ],
    example: 'truekeel changelog --environment production',
    load: () => import('./commands/changelog.ts'),
  },
  {
    name: 'blame',
    args: '<object> [field]',
    summary: 'show who holds a field, which rendered commit changed it, and where that was written',
    options: [
      environment,
      renderedBranch,
      option('-n, --namespace <name>', 'the namespace of the object (default: any)'),
      option('--offline', 'ask neither a cluster nor a forge'),
      ...cluster,
      repo,
      remote,
      output,
    ],
    example:
      "truekeel blame deployment/web -n shop spec.template.spec.containers[web].image\n  truekeel blame 'Deployment.apps shop/web' --environment production --offline",
    load: () => import('./commands/blame.ts'),
  },
  {
    name: 'rollback',
    summary: 'take an environment back to an earlier rendered commit, and hold it there',
    options: [
      environment,
      repo,
      renderedBranch,
      option('--to <commit>', 'the rendered commit (default: the one before the last)'),
      option('--application <name>', 'take back this application alone, and leave the others as they are'),
      option('--reason <text>', 'why, for those who look later'),
      option('--pull-request', 'propose it as a pull request, with its plan'),
      option('--finish', 'move the branch as the pull request was approved'),
      option('--release', 'end the hold: newer source commits move the branch again'),
      push,
      remote,
      sign,
      ...cluster,
      option('--offline', 'ask no cluster for the plan of a proposal: compare the two releases'),
      yes,
      output,
    ],
    example:
      "truekeel rollback --environment production --to 3f9c2e1 && truekeel apply --environment production\n  truekeel rollback --environment production --pull-request --reason 'errors after the release'\n  truekeel rollback --environment production --finish",
    load: () => import('./commands/rollback.ts'),
  },
  {
    name: 'health',
    args: '<file...>',
    summary: 'judge objects read from files or standard input (-)',
    options: [
      option('--environment <name>', 'judge by the health rules of this environment, too'),
      renderedBranch,
      repo,
      output,
    ],
    example: 'kubectl get deployments -o yaml | truekeel health -',
    load: () => import('./commands/health.ts'),
  },
  {
    name: 'import',
    args: '<what> [name]',
    summary:
      'make a program of what exists: crd, typed constructs of CustomResourceDefinitions; yaml, a program of Kubernetes YAML; namespace, a program of what a cluster has; flux and argocd, a program of a repository that these follow; helm, a chart for programs',
    options: [
      option('--out <path>', 'where to (default: the folder imports, or main.ts)'),
      option(
        '--language <name>',
        'crd: what the constructs are for: typescript, python, java or go (default: typescript)',
      ),
      option('--cluster', 'crd: what the cluster has instead of files'),
      env(
        '--environment <name>',
        'the environment of the program (default: production)',
        'TRUEKEEL_ENVIRONMENT',
      ),
      option(
        '--application <name>',
        'the name of the application (default: that of the folder, or of the namespace)',
      ),
      option('--by-folder', 'yaml: make an application of each folder'),
      option('--chart-repo <url>', 'helm: the repository of charts that has it'),
      option('--chart-version <version>', 'helm: the version, or a range of versions (default: the newest)'),
      option('--name <name>', 'helm: its name in charts.lock.json (default: that of the chart)'),
      option('--path <dir>', 'flux: the folder that Flux was started on; argocd: that of the Applications'),
      ...cluster,
      repo,
      output,
    ],
    example:
      'truekeel import crd cert-manager.crds.yaml --out imports\n  truekeel import crd cert-manager.crds.yaml --language python\n  truekeel import crd --cluster --kubeconfig kubeconfig.yaml\n  truekeel import yaml manifests --out main.ts\n  truekeel import namespace shop --kubeconfig kubeconfig.yaml --out main.ts\n  truekeel import flux . --path clusters/production\n  truekeel import argocd . --path argocd\n  truekeel import helm oci://registry.example.com/charts/redis --chart-version 20.1.0',
    load: () => import('./commands/import.ts'),
  },
  {
    name: 'export',
    args: '<what>',
    summary:
      'print what has another tool follow the rendered branch: flux, a GitRepository and Kustomizations; argocd, Applications or an ApplicationSet',
    options: [
      environment,
      renderedBranch,
      repo,
      option('--url <url>', 'the repository, as the cluster reaches it').makeOptionMandatory(),
      option('--namespace <name>', 'where to put them (default: flux-system, argocd)'),
      option('--secret <name>', 'flux: the Secret with what the repository asks for'),
      option('--interval <duration>', 'flux: how often to look for commits (default: 1m)'),
      option('--project <name>', 'argocd: the AppProject (default: default)'),
      option('--destination <cluster>', 'argocd: URL or name of the cluster (default: its own)'),
      option('--application-set', 'argocd: one ApplicationSet instead of an Application for each'),
      output,
    ],
    example:
      'truekeel export flux --environment production --url https://git.example.com/shop.git > clusters/production/shop.yaml\n  truekeel export argocd --environment production --url https://git.example.com/shop.git --application-set',
    load: () => import('./commands/export.ts'),
  },
  {
    name: 'secret',
    args: '<action> [file...]',
    summary:
      'work with sealed Secrets: seal, make one or change values of one; edit, change one in an editor; unseal, print its values; rotate, seal it for others; keygen, make a private key',
    options: [
      option('--from-literal <key=value...>', 'seal: a value').default([]),
      option('--from-file <key=file...>', 'seal: a value from a file, or from standard input (-)').default(
        [],
      ),
      option('--from-secret <file>', 'seal: the values of a plain Secret, from a file or standard input (-)'),
      option('--type <type>', 'seal: the type of the Secret (default: Opaque)'),
      option('--recipient <age1...>', 'for whom (default: what .sops.yaml says, else as it was)').default([]),
      option('--new-key', 'rotate: seal all values anew, although nobody is left out'),
      ageKeyFile,
      output,
    ],
    example:
      'truekeel secret seal secrets/db.sops.yaml --from-file password=password.txt\n  kubectl get secret db -o yaml | truekeel secret seal secrets/db.sops.yaml --from-secret -\n  truekeel secret edit secrets/db.sops.yaml\n  truekeel secret unseal secrets/db.sops.yaml\n  truekeel secret rotate secrets/*.sops.yaml\n  truekeel secret keygen key.txt',
    load: () => import('./commands/secret.ts'),
  },
  {
    name: 'ci',
    summary:
      'do what a run of a CI system is for: review a pull request, render the branch that was pushed to, or nothing',
    options: [
      ...program,
      environment,
      env(
        '--branch <name>',
        'the branch whose commits are rendered (default: the default branch)',
        'TRUEKEEL_BRANCH',
      ),
      option('--no-post', 'post no comment and no statuses'),
      requireApproval,
      sign,
      ...signed,
      ...reviewPage,
      option('--dotenv <file>', 'write what later jobs may want to know as variables'),
      option('--code-quality <file>', 'write errors and warnings as GitLab shows them in a merge request'),
      ...cluster,
      snapshot,
      option(
        '--approve <what...>',
        'let a guard pass in the review: its code, or an object as the plan names it',
      ).default([]),
      ...deleteLimits,
      typecheck,
      repo,
      remote,
      output,
    ],
    example: 'truekeel ci\n  truekeel ci --require-approval --dotenv truekeel.env',
    load: () => import('./commands/ci.ts'),
  },
  {
    name: 'verify',
    summary: 'render again, twice, and compare with the rendered branch',
    options: [environment, renderedBranch, ...program, repo, ...signed, output],
    example: 'truekeel verify --environment production',
    load: () => import('./commands/verify.ts'),
  },
  {
    name: 'doctor',
    summary: 'check Node, Git, the cluster and our permissions, and say what to do',
    options: [environment, renderedBranch, ...cluster, repo, output],
    example: 'truekeel doctor --environment production',
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'agent',
    summary: 'follow a repository and keep a cluster matching it',
    options: [
      option('--repo <url>', 'the repository to follow').makeOptionMandatory(),
      environment,
      renderedBranch,
      ...cluster,
      app,
      ...programLimits,
      option('--no-render', 'render nothing: apply what somebody else renders to the branch'),
      option('--state <dir>', 'where clones are kept (default: the user’s cache directory)'),
      option('--packages <dir>', 'a node_modules directory to use instead of installing from the lockfile'),
      env('--branch <name>', 'the source branch (default: the remote’s HEAD)', 'TRUEKEEL_BRANCH'),
      env(
        '--timeout <seconds>',
        'how long an object may take to get ready before that is reported (default: 600)',
        'TRUEKEEL_TIMEOUT',
      ),
      noProgressTimeout,
      ...deleteLimits,
      env('--poll <seconds>', 'how often to look for new commits (default: 30)', 'TRUEKEEL_POLL'),
      env('--webhook-port <port>', 'listen for push webhooks on this port', 'TRUEKEEL_WEBHOOK_PORT'),
      option('--webhook-host <address>', 'the address to listen on (default: 127.0.0.1)'),
      requireApproval,
      option('--reviews', 'review pull requests as webhooks tell of them'),
      option('--previews', 'make previews of pull requests, and take them away'),
      option(
        '--finish',
        'carry out rollbacks and promotions to the environment once their pull requests are approved',
      ),
      option(
        '--commands <rule...>',
        'do what comments ask for, and who may: preview=write promote=team:shop/release,user:ada (TRUEKEEL_COMMANDS)',
      ).default([]),
      option(
        '--promote <how>',
        'what becomes of releases that are ready, for the environments that promote from this one',
      ).choices(['notes', 'propose', 'automatic']),
      ageKeyFile,
      sign,
      ...signed,
      post,
      option('--log-level <level>', 'debug, info, warn or error').default('info'),
    ],
    example: 'truekeel agent --repo https://git.example.com/shop.git --environment production',
    load: () => import('./commands/agent.ts'),
  },
  {
    name: 'cluster',
    args: '<action>',
    summary: 'start: run the embedded Kubernetes API, for development and tests',
    options: [
      option('--port <port>', 'the port (default: a free one)'),
      option('--kubeconfig-out <file>', 'where to write the kubeconfig'),
      option('--no-tls', 'serve plain HTTP'),
      output,
    ],
    example: 'truekeel cluster start --port 6443 --kubeconfig-out kubeconfig.yaml',
    load: () => import('./commands/cluster.ts'),
  },
];
