import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { schemaFiles } from '../../.ci/schemas.ts';
import { packageRoot } from '../../synth/version.ts';

test('the published schemas are those of the code (node .ci/schemas.ts writes them)', () => {
  const directory = join(packageRoot(), 'docs', 'schemas');
  const published = readdirSync(directory).map(
    (name) => [name, readFileSync(join(directory, name), 'utf8')] as const,
  );
  expect(new Map(published)).toEqual(new Map(schemaFiles()));
});
