import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { bare, git, scratch } from '../../../test/git/scratch.ts';
import { openContext } from '../open.ts';
import { readConfig } from './config-cache.ts';

test('the configuration is kept until a file or a variable of it changes', async () => {
  const home = scratch();
  vi.stubEnv('HOME', home);
  vi.stubEnv('GIT_CONFIG_GLOBAL', undefined);
  vi.stubEnv('GIT_CONFIG_COUNT', undefined);
  onTestFinished(() => void vi.unstubAllEnvs());
  const directory = bare();
  const context = await openContext(directory);
  onTestFinished(() => context.reader.close());
  const first = await readConfig(context);
  expect(first.get('test.value')).toBeUndefined();
  expect(await readConfig(context)).toBe(first);

  const included = join(home, 'more');
  writeFileSync(included, '[test]\n\tvalue = included\n\tyes\n');
  git(directory, 'config', 'include.path', included);
  const second = await readConfig(context);
  expect([second.get('test.value'), second.get('test.yes')]).toEqual(['included', 'true']);
  writeFileSync(included, '[test]\n\tvalue = changed there\n');
  expect((await readConfig(context)).get('test.value')).toBe('changed there');

  writeFileSync(join(home, '.gitconfig'), '[test]\n\tother = of the user\n');
  expect((await readConfig(context)).get('test.other')).toBe('of the user');
  vi.stubEnv('GIT_CONFIG_COUNT', '1');
  vi.stubEnv('GIT_CONFIG_KEY_0', 'test.value');
  vi.stubEnv('GIT_CONFIG_VALUE_0', 'of the environment');
  expect((await readConfig(context)).get('test.value')).toBe('of the environment');
});
