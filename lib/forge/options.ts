import type { HttpOptions } from './http.ts';

/** What every forge is opened with. */
export interface ForgeOptions {
  /** The root of the forge, without a slash at the end: `https://git.example.com`. */
  readonly url: string;
  /** `owner/name`. */
  readonly repository: string;
  /** Characters that a comment may have, where the forge takes fewer or more than usual. */
  readonly commentLimit?: number;
  readonly http?: Pick<HttpOptions, 'io' | 'maxWaitMs' | 'signal' | 'timeoutMs'>;
}
