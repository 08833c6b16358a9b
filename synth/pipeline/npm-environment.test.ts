import { expect, it } from 'vitest';
import { npmEnvironment } from './npm-environment.ts';

const SECRETS = [
  'TRUEKEEL_FORGE_TOKEN',
  'TRUEKEEL_GITHUB_APP_KEY',
  'TRUEKEEL_WEBHOOK_SECRET',
  'SOPS_AGE_KEY',
  'GITHUB_TOKEN',
  'ACTIONS_RUNTIME_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'CI_JOB_TOKEN',
  'CI_JOB_JWT_V2',
  'CI_REGISTRY_PASSWORD',
  'CI_REPOSITORY_URL',
  'AWS_SECRET_ACCESS_KEY',
  'GOOGLE_CREDENTIALS',
];

it.each(SECRETS)('%s is not for npm', (name) => {
  expect(npmEnvironment({ PATH: '/bin', [name]: 'canary' })).toEqual({ PATH: '/bin' });
});

it.each([
  'PATH',
  'HOME',
  'HTTPS_PROXY',
  'NODE_EXTRA_CA_CERTS',
  'NPM_TOKEN',
  'NODE_AUTH_TOKEN',
  'npm_config_registry',
])('%s is', (name) => expect(npmEnvironment({ [name]: 'value' })).toEqual({ [name]: 'value' }));
