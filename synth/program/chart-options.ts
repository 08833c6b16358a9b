export interface ChartOptions {
  /** Of whoever runs Truekeel: where Helm is looked for, and the cache. Default: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Has every chart rendered anew, once what it gives has come. Absent: the same is not rendered twice. */
  readonly anew?: () => Promise<void>;
}

/** Charts are rendered anew to be compared with those of another run: after that has ended, and in another second, so that
 * what they make of the time is found, too. Nothing is waited for where there are no charts. */
export function anewAfter(run: Promise<unknown>): () => Promise<void> {
  let ready: Promise<void> | undefined;
  return () => {
    ready ??= run.then(nextSecond, nextSecond);
    return ready;
  };
}

function nextSecond(): Promise<void> {
  return new Promise((done) => setTimeout(done, 1000));
}
