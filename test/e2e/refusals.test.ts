/** A failing sample of each diagnostic of verbs that print no JSON; those of the others are in test/diagnostics. */
import { expect, it } from 'vitest';
import { project } from './clusters.ts';

const AGENT = ['agent', '--repo', 'x', '--environment', 'staging'];

it.each<[string, string, readonly string[]]>([
  ['PROJECT_EXISTS', 'already has main.ts', ['init', '.']],
  ['NO_WEBHOOK_SECRET', 'a webhook needs a secret', [...AGENT, '--webhook-port', '8080']],
  ['INVALID_FLAG', '--require-approval is about rendering', [...AGENT, '--no-render', '--require-approval']],
])('the command line refuses with %s', async (code, message, args) => {
  const refused = await project({ 'main.ts': '' }).truekeel(args);
  expect(refused.exit, refused.stderr).toBe(3);
  expect(refused.stderr).toContain(code);
  expect(refused.stderr).toContain(message);
});
