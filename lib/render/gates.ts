/** Whether gates can be what they say. They come from a program, so they may be anything. */
import { type Gate, nameProblems, WEEKDAYS } from '../objects/index.ts';
import { addressProblem, isSecretName } from './addresses.ts';
import type { Problems } from './problems.ts';
import type { CollectedEnvironment } from './tree/index.ts';

/** Says what is wrong with the gates of an environment. */
export function checkGates(environment: CollectedEnvironment, problems: Problems): void {
  const { name, gates = [], policies = [], promotesFrom } = environment;
  const kept = new Set(policies.filter(({ severity }) => severity !== 'off').map((policy) => policy.name));
  const wrong = (message: string, hint: string) =>
    problems.add(environment, { code: 'INVALID_GATE', message: `environment ${name} has ${message}`, hint });
  if (gates.length > 0 && promotesFrom.length === 0) {
    wrong(
      'gates, and promotes from no environment: nothing passes them',
      'Say promotesFrom, or remove the gates.',
    );
  }
  for (const gate of gates) {
    const problem = problemOf(gate) ?? policyProblem(gate, kept);
    if (problem !== undefined) wrong(`a gate ${Object(gate).type} ${problem}`, HINT);
  }
}

const HINT = 'Make gates with Gate.ready(), Gate.soak(…) and the like; docs/constructs.md shows each.';

type Check<Type extends Gate['type']> = (gate: Extract<Gate, { readonly type: Type }>) => string | undefined;

const CHECKS: { readonly [Type in Gate['type']]: Check<Type> } = {
  ready: () => undefined,

  soak: ({ durationMs }) => (isPositive(durationMs) ? undefined : 'of no time at all'),

  window: ({ days, from, to, timeZone }) => {
    for (const time of [from, to])
      if (!isTime(time)) return `with the time ${JSON.stringify(time)}, not one such as "08:00"`;
    if (from === to) return `that begins and ends at ${from}`;
    if (!isTimeZone(timeZone)) return `in the time zone ${JSON.stringify(timeZone)}, which there is not`;
    const isDays = days === undefined || (days.length > 0 && days.every((day) => WEEKDAYS.includes(day)));
    return isDays ? undefined : 'on no day, or on one that there is not';
  },

  freeze: ({ from, to, reason }) => {
    for (const moment of [from, to])
      if (!isMoment(moment))
        return `with the moment ${JSON.stringify(moment)}, not one such as "2026-12-20T00:00:00Z"`;
    if (Date.parse(from) >= Date.parse(to)) return `that ends at ${to}, before it begins`;
    return isText(reason) ? undefined : 'without a reason';
  },

  metric: ({ server, query, atLeast, atMost, secret, namespace }) => {
    const bounds = [atLeast, atMost].filter((bound) => bound !== undefined);
    if (!isText(query)) return 'without a query';
    if (bounds.length === 0) return 'without a bound: say atLeast, atMost or both';
    if (!bounds.every((bound) => Number.isFinite(bound))) return 'with a bound that is no number';
    if (atLeast !== undefined && atMost !== undefined && atLeast > atMost)
      return `that no number passes: at least ${atLeast} and at most ${atMost}`;
    return addressProblem(server) ?? secretProblem(secret) ?? namespaceProblem(namespace);
  },

  http: ({ url, status, secret, namespace }) => {
    const isStatus = (code: number) => Number.isInteger(code) && code >= 100 && code < 600;
    if (!Array.isArray(status) || status.length === 0 || !status.every(isStatus))
      return `with the status ${JSON.stringify(status)}`;
    return addressProblem(url) ?? secretProblem(secret) ?? namespaceProblem(namespace);
  },

  job: ({ image, command = [], args = [], serviceAccount, namespace, timeoutMs }) => {
    if (!isText(image) || /\s/.test(image)) return 'without an image';
    if (![...command, ...args].every((part) => typeof part === 'string'))
      return 'with a command that is no text';
    if (serviceAccount !== undefined && !isText(serviceAccount))
      return 'with a service account without a name';
    return isPositive(timeoutMs) ? namespaceProblem(namespace) : 'that may take no time at all';
  },

  approval: ({ people = [], teams = [], count }) => {
    if (people.length + teams.length === 0) return 'that nobody can give: name people or teams';
    if (![...people, ...teams].every(isText)) return 'by somebody without a name';
    if (!Number.isInteger(count) || count < 1) return `by ${count} of them`;
    return teams.length === 0 && count > new Set(people).size
      ? `by ${count} of ${new Set(people).size} people`
      : undefined;
  },

  policy: ({ policy }) => (isText(policy) ? undefined : 'without the name of a policy'),
};

function problemOf(gate: Gate): string | undefined {
  if (!Object.hasOwn(CHECKS, Object(gate).type)) return 'which there is not';
  // The check of a type takes gates of that type.
  const check = CHECKS[gate.type] as (gate: Gate) => string | undefined;
  try {
    return check(gate);
  } catch (error) {
    // A list that is none, a text that is none.
    if (error instanceof TypeError) return 'that is none of ours';
    throw error;
  }
}

function policyProblem(gate: Gate, kept: ReadonlySet<string>): string | undefined {
  if (gate.type !== 'policy' || kept.has(gate.policy)) return undefined;
  return `that asks for the policy ${JSON.stringify(gate.policy)}, which the environment does not have`;
}

function secretProblem(secret: string | undefined): string | undefined {
  return secret === undefined || isSecretName(secret) ? undefined : 'with a Secret whose name is none';
}

function namespaceProblem(namespace: string | undefined): string | undefined {
  if (namespace === undefined) return undefined;
  return nameProblems(namespace, 'dns-1123-label').length === 0
    ? undefined
    : 'in a namespace whose name is none';
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isPositive(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(value);
}

/** With a time zone: what has none is another moment on each machine. */
function isMoment(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[-+]\d\d:\d\d)$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}

function isTimeZone(value: unknown): boolean {
  try {
    return (
      typeof value === 'string' &&
      value !== '' &&
      new Intl.DateTimeFormat('en', { timeZone: value }) !== undefined
    );
  } catch {
    return false;
  }
}
