/** Reads objects through one long-lived `git cat-file --batch`: starting a process costs more than reading
 * hundreds of objects. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { GitError } from './errors.ts';
import { asOid, type ObjectType, type Oid } from './oid.ts';
import { childEnvironment, startError } from './process.ts';

export interface GitObject {
  readonly oid: Oid;
  readonly type: ObjectType;
  readonly body: Buffer;
}

interface Request {
  readonly resolve: (object: GitObject | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** How long a child without work is kept. Starting another one costs a few milliseconds. */
const IDLE_MS = 2_000;

export class ObjectReader {
  readonly #args: readonly string[];
  readonly #cwd: string;
  #child: ChildProcessWithoutNullStreams | undefined;
  #requests: Request[] = [];
  #next = 0;
  #chunks: Buffer[] = [];
  #buffered = 0;
  #needed = 1;
  #idle: NodeJS.Timeout | undefined;

  /** @param args the arguments that choose the repository */
  constructor(args: readonly string[], cwd: string) {
    this.#args = args;
    this.#cwd = cwd;
  }

  /** Reads objects; the answers come in the order of the question.
   * @returns undefined in the place of each object that is not there */
  read(oids: readonly Oid[]): Promise<readonly (GitObject | undefined)[]> {
    return this.#ask(oids);
  }

  /** Reads what a tree has at some paths, as {@link read} does.
   * @throws RangeError when a path has a line break: questions are lines */
  readAt(tree: Oid, paths: readonly string[]): Promise<readonly (GitObject | undefined)[]> {
    const broken = paths.find((path) => path.includes('\n'));
    if (broken !== undefined) throw new RangeError(`${JSON.stringify(broken)} has a line break`);
    return this.#ask(paths.map((path) => `${tree}:${path}`));
  }

  /** @param names object names as `git cat-file --batch` takes them */
  async #ask(names: readonly string[]): Promise<readonly (GitObject | undefined)[]> {
    if (names.length === 0) return [];
    const child = this.#start();
    clearTimeout(this.#idle);
    hold(child);
    const answers = names.map(
      () => new Promise<GitObject | undefined>((resolve, reject) => this.#requests.push({ resolve, reject })),
    );
    child.stdin.write(`${names.join('\n')}\n`);
    return Promise.all(answers);
  }

  /** Ends the child. What is still being read fails. The reader may be used again; it starts a new child then. */
  close(): void {
    const child = this.#child;
    clearTimeout(this.#idle);
    if (!child) return;
    this.#fail(
      child,
      new GitError('GIT_CANCELLED', 'the repository was closed while objects were being read'),
    );
    child.stdin.end();
  }

  #start(): ChildProcessWithoutNullStreams {
    if (this.#child) return this.#child;
    const child = spawn('git', [...this.#args, 'cat-file', '--batch'], {
      cwd: this.#cwd,
      env: childEnvironment({}),
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString('utf8');
    });
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (chunk: Buffer) => {
      if (this.#child === child) this.#receive(chunk);
    });
    child.on('error', (error) => this.#fail(child, startError(error, this.#cwd)));
    child.on('close', () =>
      this.#fail(
        child,
        new GitError('GIT_FAILED', `git cat-file ended early: ${stderr.trim() || 'no message'}`),
      ),
    );
    this.#child = child;
    return child;
  }

  #receive(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    if (this.#buffered < this.#needed) return;
    let data = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    for (let taken = this.#take(data); taken > 0; taken = this.#take(data)) data = data.subarray(taken);
    this.#chunks = data.length > 0 ? [data] : [];
    this.#buffered = data.length;
    if (this.#next === this.#requests.length && this.#child) {
      this.#requests = [];
      this.#next = 0;
      release(this.#child);
      clearTimeout(this.#idle);
      this.#idle = setTimeout(() => this.close(), IDLE_MS).unref();
    }
  }

  /** Takes one answer off the front: `<oid> <type> <size>`, newline, the bytes, newline; or `<name> missing`.
   * @returns how many bytes it took, 0 when the answer is not complete */
  #take(data: Buffer): number {
    const request = this.#requests[this.#next];
    const lineEnd = data.indexOf(0x0a);
    this.#needed = data.length + 1;
    if (!request || lineEnd < 0) return 0;
    const found = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(data.toString('latin1', 0, lineEnd));
    if (!found) {
      this.#next++;
      request.resolve(undefined);
      return lineEnd + 1;
    }
    const start = lineEnd + 1;
    const end = start + Number(found[3]);
    if (data.length < end + 1) {
      this.#needed = end + 1;
      return 0;
    }
    this.#next++;
    // A copy: a slice would keep the whole chunk alive as long as one small object is.
    request.resolve({
      oid: asOid(found[1]!),
      type: found[2] as ObjectType, // git knows no others
      body: Buffer.from(data.subarray(start, end)),
    });
    return end + 1;
  }

  #fail(child: ChildProcessWithoutNullStreams, error: Error): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    const waiting = this.#requests.slice(this.#next);
    this.#requests = [];
    this.#next = 0;
    this.#chunks = [];
    this.#buffered = 0;
    this.#needed = 1;
    for (const request of waiting) request.reject(error);
  }
}

/** An idle reader must not keep the process alive; when the process ends, so does the child's input, and the
 * child with it. */
function release(child: ChildProcessWithoutNullStreams): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr])
    if (stream instanceof Socket) stream.unref();
}

function hold(child: ChildProcessWithoutNullStreams): void {
  child.ref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) if (stream instanceof Socket) stream.ref();
}
