/** Each sample makes its diagnostic, no other one, and says where and what to do. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { packageRoot } from '../../synth/version.ts';
import { project } from '../e2e/clusters.ts';
import { lineOf } from '../e2e/programs.ts';
import { SAMPLES } from './index.ts';
import { END, HEAD, type Place, type Sample } from './sample.ts';

const Diagnostic = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  source: z.object({ file: z.string(), line: z.number() }).optional(),
});
/** What a verb prints: its errors, or its result with what it warned of. */
const Printed = z.object({
  errors: z.array(Diagnostic).optional(),
  warnings: z.array(Diagnostic).optional(),
});

/** The exit code of each, as docs/errors.md says it. */
const EXIT_CODES = new Map(
  [
    ...readFileSync(join(packageRoot(), 'docs/errors.md'), 'utf8').matchAll(/^\| `(\w+)` \| ([\d, ]+) \|/gm),
  ].map(([, code, exits]) => [code!, exits!.split(', ').map(Number)]),
);

async function told(sample: Sample) {
  const text = sample.main ?? HEAD + (sample.program ?? '') + END;
  const p = project({ 'main.ts': text });
  if (sample.repository === 'without-packages')
    rmSync(join(p.directory, 'node_modules'), { recursive: true });
  p.write(sample.files ?? {});
  if (sample.repository !== 'empty') p.commit('A program');
  const args = [...(sample.args ?? ['synth', '--no-typecheck']), '-o', 'json'];
  const env = { ...process.env, ...sample.env };
  const { exit, stdout, stderr } = await p.truekeel(args, { env });
  const { errors = [], warnings = [] } = Printed.parse(JSON.parse(stdout));
  return { exit, diagnostics: [...errors, ...warnings], text, stderr };
}

describe('the sample of', () => {
  it.each(Object.entries(SAMPLES))('%s makes it, with a place and what to do', async (code, sample) => {
    const { exit, diagnostics, text, stderr } = await told(sample);
    expect(
      diagnostics.map((diagnostic) => diagnostic.code),
      stderr,
    ).toEqual([code]);
    const [diagnostic] = diagnostics;
    expect(EXIT_CODES.get(code), stderr).toContain(exit);
    expect(diagnostic?.hint, 'a hint').toMatch(/\S/);
    expectPlace(diagnostic!, sample.place, text);
  });
});

function expectPlace({ source, message }: z.infer<typeof Diagnostic>, place: Place, text: string): void {
  if ('named' in place) expect(message).toContain(place.named);
  else if ('line' in place) expect(source).toMatchObject({ file: 'main.ts', line: lineOf(text, place.line) });
  else expect(source).toMatchObject({ file: place.file, line: place.at });
}
