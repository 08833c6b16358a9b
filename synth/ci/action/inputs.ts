/** What the step of a workflow gives the action, and the command line that it comes to. */

/** As `action.yml` names them. Those that are not given are empty. */
export const INPUTS = [
  'token',
  'package',
  'working-directory',
  'app',
  'environment',
  'branch',
  'page',
  'require-approval',
  'allow-commands',
  'post',
] as const;

export type Inputs = Readonly<Record<(typeof INPUTS)[number], string>>;

/** As runners name the variables: upper case, spaces turned into underscores, hyphens left. */
export function readInputs(env: NodeJS.ProcessEnv): Inputs {
  const entries = INPUTS.map((name) => [name, (env[`INPUT_${name.toUpperCase()}`] ?? '').trim()]);
  return Object.fromEntries(entries) as Inputs;
}

/** @throws Error when a switch is neither true nor false */
export function commandLine(inputs: Inputs): readonly string[] {
  const named = (['app', 'environment', 'branch', 'page'] as const).flatMap((name) =>
    inputs[name] === '' ? [] : [`--${name}=${inputs[name]}`],
  );
  return [
    'ci',
    ...named,
    ...(isOn(inputs, 'require-approval', false) ? ['--require-approval'] : []),
    ...(isOn(inputs, 'allow-commands', false) ? ['--allow-commands'] : []),
    ...(isOn(inputs, 'post', true) ? [] : ['--no-post']),
  ];
}

function isOn(inputs: Inputs, name: keyof Inputs, otherwise: boolean): boolean {
  const value = inputs[name].toLowerCase();
  if (value === '') return otherwise;
  if (value === 'true' || value === 'false') return value === 'true';
  throw new Error(`the input ${name} is true or false, not ${JSON.stringify(inputs[name])}`);
}
