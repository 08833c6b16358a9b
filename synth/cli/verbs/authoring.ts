/** Writing programs, and trying them. */
import {
  ageKeyFile,
  app,
  environment,
  option,
  output,
  program,
  programLimits,
  repo,
  typecheck,
  type Verb,
} from './options.ts';

export const AUTHORING: readonly Verb[] = [
  {
    name: 'init',
    args: '[directory]',
    summary: 'make a project that works at once',
    options: [
      option('--name <name>', 'name of the project (default: the directory)'),
      option('--no-install', 'do not run npm install'),
    ],
    example: 'truekeel init shop && cd shop && npm test && npx truekeel sync',
    load: () => import('../commands/init.ts'),
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
    load: () => import('../commands/synth.ts'),
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
    load: () => import('../commands/dev.ts'),
  },
];
