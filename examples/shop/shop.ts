import type { Environment } from 'truekeel';
import { Api } from './api.ts';
import { BackOffice } from './back-office.ts';
import { Cache } from './cache.ts';
import { Platform } from './platform.ts';
import type { Size } from './sizes.ts';
import { Web } from './web.ts';
import { Worker } from './worker.ts';

/** Puts the shop's applications into an environment: what others stand on first, then back to front. */
export function addShop(environment: Environment, size: Size): void {
  const platform = new Platform(environment, 'platform');

  const cache = new Cache(environment, 'cache', size);
  cache.addDependency(platform);

  const api = new Api(environment, 'api', { size, cache });
  api.addDependency(cache);

  const web = new Web(environment, 'web', { size, api });
  web.addDependency(api);

  const worker = new Worker(environment, 'worker', { size, cache });
  worker.addDependency(platform, cache);

  if (size.backOffice) new BackOffice(environment, 'back-office', { size, api }).addDependency(api);
}
