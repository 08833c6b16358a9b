/** What names may look like (Kubernetes, "Object Names and IDs"; rules per kind from the API's validation). */
const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

const LABEL_KINDS = new Set(['/Namespace', '/Service']);

/** A CronJob's name becomes the beginning of its Jobs' names, which get eleven characters more. */
const LONGEST_CRON_JOB = 52;

/** @returns why the text is no DNS label, as the end of a sentence; undefined when it is one */
export function labelProblem(text: string): string | undefined {
  if (text.length > 63) return `has ${text.length} characters; at most 63 are allowed`;
  if (!LABEL.test(text)) {
    return 'must consist of lower-case letters, digits and "-", and begin and end with a letter or digit';
  }
  return undefined;
}

/** @returns why an object of the kind cannot have the name; undefined when it can */
export function nameProblem(group: string, kind: string, name: string): string | undefined {
  if (group === 'rbac.authorization.k8s.io') return pathSegmentProblem(name);
  if (LABEL_KINDS.has(`${group}/${kind}`)) return labelProblem(name);
  const longest = group === 'batch' && kind === 'CronJob' ? LONGEST_CRON_JOB : 253;
  if (name.length > longest) return `has ${name.length} characters; at most ${longest} are allowed`;
  if (!SUBDOMAIN.test(name)) {
    return 'must consist of lower-case letters, digits, "-" and ".", and begin and end with a letter or digit';
  }
  return undefined;
}

function pathSegmentProblem(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (name === '.' || name === '..' || /[/%]/.test(name))
    return 'must not be "." or "..", or contain "/" or "%"';
  return undefined;
}
