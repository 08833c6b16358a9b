/** The Git side of the agent: follows the source branch, renders new source commits and hands over new releases. */
import { type RenderedRelease, readRendered, renderedBranch, withPromotion } from '../../lib/branch/index.ts';
import {
  branchRef,
  type Commit,
  type FindCredentials,
  isGitError,
  type Oid,
  Repository,
  type Signer,
  type TrustedSigners,
} from '../../lib/git/index.ts';
import { TruekeelError } from '../../lib/objects/index.ts';
import type { DeploymentReports } from '../deployments/index.ts';
import { type RenderRequest, renderSource } from '../pipeline/render.ts';
import type { ProgramLimits } from '../program/index.ts';
import type { FailedReleases } from './failed-release.ts';
import { type AgentLog, describe } from './log.ts';
import type { ReleaseRuns } from './release-runs.ts';
import type { Wake } from './wake.ts';

export interface SourceOptions {
  readonly url: string;
  readonly environment: string;
  /** Nothing is rendered when absent: somebody else moves the rendered branch. */
  readonly program?: string;
  /** What the program may take. */
  readonly programLimits: ProgramLimits;
  /** The rendered branch; the usual one when absent. A program may name another. */
  readonly renderedBranch?: string;
  /** The source branch; the remote's HEAD when absent. */
  readonly branch?: string;
  /** Where the mirror, extracted sources and packages are kept. */
  readonly state: string;
  readonly packages?: string;
  /** Finds the approval that a source commit needs before the branch moves; asked for each of them. */
  readonly approvalOf?: RenderRequest['approvalOf'];
  /** Milliseconds between two looks at the remote's refs. */
  readonly pollMs: number;
  /** Asked after each look, whether or not anything moved: much of what is waited for passes with time. */
  readonly promote?: (repository: Repository, seen: SeenByAgent) => Promise<void>;
  readonly log: AgentLog;
  readonly failures: FailedReleases;
  /** Tells the forge what cannot be rendered. */
  readonly reports?: DeploymentReports;
  /** Asked what opens the repository; Git's own ways count when absent. */
  readonly findCredentials?: FindCredentials;
  readonly runs: ReleaseRuns;
  /** Who signs what is rendered; nobody when absent. */
  readonly sign?: Signer;
  /** Who has to have signed what is followed; nobody has to when absent. */
  readonly trusted?: TrustedSigners;
}

/** @param repository where the release is */
type OnRelease = (release: RenderedRelease, repository: Repository) => void;

/** How much of each branch a new mirror begins with: releases to go back to, and source commits to put in order. Where more
 * is needed it is fetched then. */
const MIRROR_DEPTH = 50;

/** What the last look found. */
export interface SeenByAgent {
  /** The newest source commit; undefined where none is rendered. */
  readonly source: string | undefined;
  /** The newest release; undefined where there is none yet. */
  readonly release: RenderedRelease | undefined;
}

/** Longest pause between two tries while the remote is away. */
const LONGEST_PAUSE_MS = 60_000;

/** Looks at the remote when woken and at every poll, and tells of each rendered commit that is new.
 * @param onRelease called in turn, never twice at a time */
export async function followSource(
  options: SourceOptions,
  wake: Wake,
  signal: AbortSignal,
  onRelease: OnRelease,
): Promise<void> {
  const follower = new SourceFollower(options);
  let failures = 0;
  try {
    while (!signal.aborted) {
      try {
        // Whoever was overtaken looks again at once.
        while (await follower.look(signal, onRelease)) failures = 0;
        await follower.promote();
        failures = 0;
      } catch (error) {
        if (signal.aborted) break;
        failures++;
        options.log.error(
          { error: describe(error), failures },
          'the repository cannot be followed for the moment',
        );
      }
      const pause = failures === 0 ? options.pollMs : Math.min(LONGEST_PAUSE_MS, 500 * 2 ** failures);
      await wake.wait(pause, signal);
    }
  } finally {
    follower.close();
  }
}

type Rendering = 'settled' | 'held' | 'refused';

class SourceFollower {
  readonly #options: SourceOptions;
  #repository: Repository | undefined;
  /** Refs of the remote when everything in them had been dealt with. */
  #seenRefs: string | undefined;
  /** The newest source commit. */
  #seenSource: string | undefined;
  /** The source commit that was rendered, or that cannot be. One that a hold kept off the branch is neither: it is
   * rendered again when the branch moves, for then the hold may be gone. */
  #settledSource: string | undefined;
  #toldRelease: RenderedRelease | undefined;
  /** The rendered commit that holds what we rendered ourselves, of a source commit that we may follow. */
  #ownRelease: string | undefined;
  /** The rendered branch: a program may name another than the usual one. */
  #branch: string;

  constructor(options: SourceOptions) {
    this.#options = options;
    const { environment, renderedBranch: branch } = options;
    this.#branch = renderedBranch(branch === undefined ? environment : { name: environment, branch });
  }

  /** One look: cheap when nothing moved (one question for refs, no objects).
   * @returns whether the source moved on meanwhile, so that there is something new to render */
  async look(signal: AbortSignal, onRelease: OnRelease): Promise<boolean> {
    const movedOn = await this.#lookAtRefs(signal, onRelease);
    // Last: what is new does not wait for what is told of the old.
    if (this.#repository) await this.#options.runs.write(this.#repository, signal);
    return movedOn;
  }

  async #lookAtRefs(signal: AbortSignal, onRelease: OnRelease): Promise<boolean> {
    const { url, environment, failures } = this.#options;
    const started = performance.now();
    const repository = await this.#open(signal);
    const taken = await failures.takeBack(repository, { name: environment, branch: this.#branch });
    if (taken !== undefined) this.#ownRelease = taken;
    const refs = await repository.lsRemote(url, [], { signal });
    const { program } = this.#options;
    const source = program === undefined ? undefined : this.#sourceRef(refs.head);
    const fingerprint = JSON.stringify([...refs.refs].filter(([name]) => name.startsWith('refs/heads/')));
    if (fingerprint === this.#seenRefs) return false;

    await repository.fetch(url, ['+refs/heads/*:refs/heads/*'], { prune: true, signal });
    if (source !== undefined && program !== undefined) {
      const commit = await repository.commit(source);
      const rendering = await this.#follow(repository, program, commit, started);
      if (rendering === 'refused' && (await this.#isOvertaken(repository, source, commit.oid, signal)))
        return true;
    }
    const rendered = { name: environment, branch: this.#branch };
    const previous = this.#toldRelease;
    const release = await readRendered(repository, rendered, { previous }).catch((error: unknown) => {
      if (error instanceof TruekeelError && error.code === 'NOT_RENDERED') return undefined;
      throw error;
    });
    if (
      release &&
      release.commit !== previous?.commit &&
      (await this.#mayFollow(repository, release.commit))
    ) {
      const promoted = await withPromotion(repository, release, { remote: url, signal });
      this.#toldRelease = release;
      onRelease(promoted, repository);
      if (previous && release.commit !== this.#ownRelease && this.#settledSource !== undefined) {
        // Somebody else moved the branch: what was settled is not what it has. Where a hold was released, that is rendered now.
        this.#settledSource = undefined;
        return true;
      }
    }
    this.#seenRefs = fingerprint;
    return false;
  }

  /** Whether there is a newer source commit by now, of which somebody else may have rendered the branch. */
  async #isOvertaken(
    repository: Repository,
    ref: string,
    source: Oid,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { refs } = await repository.lsRemote(this.#options.url, [ref], { signal });
    const now = refs.get(ref);
    if (now === undefined || now === source) return false;
    this.#options.log.info({ source, now }, 'the source branch moved on while it was rendered');
    return true;
  }

  async #follow(
    repository: Repository,
    program: string,
    commit: Commit,
    started: number,
  ): Promise<Rendering> {
    if (commit.oid !== this.#seenSource) {
      this.#options.log.info(
        { source: commit.oid, subject: commit.subject, author: commit.author.name },
        'new source commit',
      );
      this.#seenSource = commit.oid;
    }
    if (commit.oid === this.#settledSource) return 'settled';
    const rendering = await this.#render(repository, program, commit.oid, started);
    if (rendering === 'settled') this.#settledSource = commit.oid;
    return rendering;
  }

  async promote(): Promise<void> {
    if (!this.#repository) return;
    await this.#options.promote?.(this.#repository, {
      source: this.#seenSource,
      release: this.#toldRelease,
    });
  }

  close(): void {
    this.#repository?.close();
  }

  async #open(signal: AbortSignal): Promise<Repository> {
    const { findCredentials } = this.#options;
    this.#repository ??= await Repository.cloneOrOpen(
      this.#options.url,
      `${this.#options.state}/mirror.git`,
      { signal, depth: MIRROR_DEPTH, ...(findCredentials && { findCredentials }) },
    );
    return this.#repository;
  }

  #sourceRef(head: string | undefined): string {
    const { branch } = this.#options;
    if (branch !== undefined) return branchRef(branch);
    if (head !== undefined) return head;
    throw new TruekeelError('the remote names no default branch', {
      code: 'NO_SOURCE_BRANCH',
      family: 'usage',
      hint: 'Name the source branch with --branch.',
    });
  }

  /** A release that we did not render ourselves has to be signed, as its source would have had to be. */
  async #mayFollow(repository: Repository, release: Oid): Promise<boolean> {
    const { trusted, log } = this.#options;
    if (!trusted || release === this.#ownRelease) return true;
    try {
      await repository.verifyCommit(release, trusted);
      return true;
    } catch (error) {
      if (!isGitError(error, 'SIGNATURE_REFUSED')) throw error;
      log.error(
        { rendered: release, error: describe(error) },
        'the release is not followed; the last one is kept',
      );
      return false;
    }
  }

  #reportFailure(commit: string, { code }: TruekeelError): void {
    const { environment, reports } = this.#options;
    reports?.tellOf({ environment, commit, progress: { state: 'failed', problems: [{ code }] } });
  }

  /** A program that does not render stays as it is until the next commit: the last release is kept.
   * @returns `settled` when rendering the commit again would end the same; `refused` when the branch did not take it */
  async #render(
    repository: Repository,
    program: string,
    source: string,
    started: number,
  ): Promise<Rendering> {
    const { url, environment, state, packages, programLimits, approvalOf, log, sign, trusted } =
      this.#options;
    try {
      const [outcome] = await renderSource(repository, {
        source,
        environment,
        program,
        cache: state,
        remote: url,
        typecheck: false,
        programLimits,
        onLeft: ({ branch }) => {
          this.#branch = branch;
          log.info({ source, branch }, 'the environment has gates, and moves by promotion');
        },
        onWarning: (warning) =>
          log.warn({ source, warning: describe(warning) }, 'the program may be mistaken'),
        ...(packages !== undefined && { packages }),
        ...(approvalOf && { approvalOf }),
        ...(sign && { sign }),
        ...(trusted && { trusted }),
      });
      if (!outcome) return 'settled';
      const { branch, commit, created, held, objects } = outcome;
      this.#branch = branch;
      this.#ownRelease = held ? undefined : commit;
      const what = held
        ? 'held by a rollback: not moved'
        : created
          ? 'rendered'
          : 'nothing changed for this environment';
      log.info({ source, rendered: commit, objects, ms: Math.round(performance.now() - started) }, what);
      return held ? 'held' : 'settled';
    } catch (error) {
      if (!(error instanceof TruekeelError) || !isTheirs(error)) throw error;
      const isUnapproved = NOT_APPROVED.has(error.code);
      const what = isUnapproved ? 'is not approved' : 'does not render';
      // What is not approved yet may be in a moment, and has not failed.
      if (!isUnapproved) this.#reportFailure(source, error);
      log.error({ source, error: describe(error) }, `the source commit ${what}; the last release is kept`);
      // A guard speaks of the rendered branch: it may be put right.
      return error.family === 'guard' ? 'refused' : 'settled';
    }
  }
}

/** Whether trying again at once would end the same. */
function isTheirs(error: TruekeelError): boolean {
  return ['usage', 'validation', 'guard', 'plan-changed'].includes(error.family);
}

const NOT_APPROVED: ReadonlySet<string> = new Set(['APPROVAL_MISSING', 'RENDERED_CHANGED']);
