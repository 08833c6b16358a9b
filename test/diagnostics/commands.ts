/** Diagnostics of the command line and of what is beside a program. */
import type { Sample } from './sample.ts';

export const COMMANDS: Readonly<Record<string, Sample>> = {
  CONFIG_INVALID: {
    files: { 'truekeel.config.ts': "export default { programTimeout: 'long' };\n" },
    place: { named: 'programTimeout' },
  },
  FILE_UNREADABLE: { args: ['health', 'pods.yaml'], place: { named: 'pods.yaml' } },
  INVALID_FLAG: { args: ['synth', '--program-timeout=-1'], place: { named: '--program-timeout' } },
  INSTALL_FAILED: {
    args: ['render', '--source', 'HEAD', '--environment', 'staging'],
    files: {
      '.npmrc': 'fetch-retries=0\nregistry=http://127.0.0.1:1/\n',
      'package.json': '{"name":"shop","type":"module","dependencies":{"x":"1.0.0"}}',
      'package-lock.json': JSON.stringify({
        name: 'shop',
        lockfileVersion: 3,
        packages: {
          '': { name: 'shop', dependencies: { x: '1.0.0' } },
          'node_modules/x': { version: '1.0.0', resolved: 'http://127.0.0.1:1/x/-/x-1.0.0.tgz' },
        },
      }),
    },
    repository: 'without-packages',
    place: { named: 'npm ci' },
  },
  NOT_AN_OBJECT: {
    args: ['health', 'a.yaml'],
    files: { 'a.yaml': 'a: b\n' },
    place: { file: 'a.yaml', at: 1 },
  },
  NOT_RENDERED: { args: ['history', '--environment', 'staging'], place: { named: 'rendered/staging' } },
  UNKNOWN_REVISION: {
    args: ['render', '--source', 'nowhere', '--environment', 'staging'],
    place: { named: 'nowhere' },
  },
};
