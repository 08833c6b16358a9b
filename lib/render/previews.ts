/** Whether previews can be made as an environment says. It comes from a program, so it may be anything. */
import {
  POD_SECURITY_LEVELS,
  PREVIEW_PLACEHOLDERS,
  type PreviewSettings,
  parseQuantity,
} from '../objects/index.ts';
import { isSecretName } from './addresses.ts';
import { labelProblem } from './name-rules.ts';
import type { Problems } from './problems.ts';
import type { CollectedEnvironment } from './tree/index.ts';

/** Room for `-` and the name of a preview. */
const LONGEST_PREFIX = 40;

/** Says what is wrong with the previews of an environment. */
export function checkPreviews(environment: CollectedEnvironment, problems: Problems): void {
  const { name, previews } = environment;
  if (previews === undefined) return;
  for (const problem of problemsOf(previews)) {
    problems.add(environment, {
      code: 'INVALID_PREVIEWS',
      message: `previews of environment ${name}: ${problem}`,
      hint: 'What can be set is in docs/previews.md.',
    });
  }
}

function problemsOf(previews: PreviewSettings): readonly string[] {
  try {
    return Object.values(CHECKS).flatMap((check) => check(previews) ?? []);
  } catch (error) {
    // A list that is none, a text that is none.
    if (error instanceof TypeError) return ['they are none of ours'];
    throw error;
  }
}

type Check = (previews: PreviewSettings) => string | undefined;

const CHECKS: { readonly [Member in keyof Required<PreviewSettings>]: Check } = {
  namespacePrefix: ({ namespacePrefix }) => {
    const problem = labelProblem(namespacePrefix);
    if (problem !== undefined) return `namespacePrefix ${JSON.stringify(namespacePrefix)} ${problem}`;
    return namespacePrefix.length > LONGEST_PREFIX
      ? `namespacePrefix has more than ${LONGEST_PREFIX} characters`
      : undefined;
  },
  timeToLiveMs: ({ timeToLiveMs }) =>
    Number.isFinite(timeToLiveMs) && timeToLiveMs > 0 ? undefined : 'timeToLive is no time at all',
  max: ({ max }) =>
    Number.isInteger(max) && max > 0 ? undefined : `max is ${max}: it can be a whole number from 1 on`,
  url: ({ url }) => (url === undefined ? undefined : urlProblem(url)),
  quota: ({ quota }) => {
    const wrong = Object.entries(quota).find(([, amount]) => !isQuantity(amount));
    return wrong && `quota has ${JSON.stringify(wrong[1])} of ${wrong[0]}`;
  },
  containerDefaults: ({ containerDefaults }) => {
    const wrong = Object.values(containerDefaults).find((amount) => !isQuantity(amount));
    return wrong && `containerDefaults has ${JSON.stringify(wrong)}`;
  },
  secrets: ({ secrets }) => {
    const wrong = secrets.find((secret) => !isSecretName(secret));
    return wrong === undefined ? undefined : `secrets has ${JSON.stringify(wrong)}, which is no name`;
  },
  podSecurity: ({ podSecurity }) =>
    POD_SECURITY_LEVELS.includes(podSecurity)
      ? undefined
      : `podSecurity is ${JSON.stringify(podSecurity)}: it can be ${POD_SECURITY_LEVELS.join(', ')}`,
};

function urlProblem(url: string): string | undefined {
  const known: readonly string[] = PREVIEW_PLACEHOLDERS;
  const unknown = [...url.matchAll(/\{([^}]*)\}/g)].find(([, name = '']) => !known.includes(name));
  if (unknown) return `url has ${unknown[0]}: it can have ${known.map((name) => `{${name}}`).join(', ')}`;
  if (!/\{(?:preview|namespace)\}/.test(url))
    return 'url is the same for all of them: it needs {preview} or {namespace}';
  const parsed = URL.parse(url.replaceAll(/\{[^}]*\}/g, 'x'));
  const isRoot = parsed && /^https?:$/.test(parsed.protocol) && parsed.pathname === '/';
  return isRoot && parsed.username === '' && parsed.search === '' && parsed.hash === '' && parsed.port === ''
    ? undefined
    : `url is ${JSON.stringify(url)}, not one such as "https://{label}-{preview}.example.com"`;
}

function isQuantity(value: unknown): boolean {
  return typeof value === 'string' && parseQuantity(value) !== undefined;
}
