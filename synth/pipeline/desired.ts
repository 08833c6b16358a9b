/** Where the desired state comes from: the rendered branch of an environment, or a folder of YAML. */
import type { ApprovedRelease } from '../../lib/apply/index.ts';
import {
  type EnvironmentRef,
  type RenderedRelease,
  readRendered,
  withPromotion,
} from '../../lib/branch/index.ts';
import type { Repository } from '../../lib/git/index.ts';
import {
  type ClusterTarget,
  type DependencyEdge,
  type DesiredApplication,
  type Notification,
  type PolicyRecord,
  TruekeelError,
} from '../../lib/objects/index.ts';
import { desiredFromRendered } from '../../lib/plan/index.ts';
import { type AskedPolicies, judgeOfFiles } from './kept-policies.ts';
import { type RequiredSignatures, requireSigned } from './signers.ts';

export interface Desired {
  readonly applications: readonly DesiredApplication[];
  readonly cluster: ClusterTarget;
  readonly environment?: string;
  readonly project?: string;
  /** The rendered branch, when it comes from one. */
  readonly branch?: string;
  /** Edges of the release before this one, for the order in which objects are deleted. */
  readonly formerEdges?: () => Promise<readonly DependencyEdge[]>;
  /** What was approved when it was reviewed, as its commit says. */
  readonly approved?: ApprovedRelease;
  /** By which policies it was judged, when it comes from a rendered branch. */
  readonly policies?: PolicyRecord;
  /** Whether the branch was taken back to it, and is held there. */
  readonly isHeld?: boolean;
  readonly rendered?: {
    readonly commit: string;
    readonly source: string;
    readonly subject: string;
    /** The release that it took back. */
    readonly reverts?: string;
    /** The source commit is not all that it was rendered from. */
    readonly isDirty: boolean;
  };
  /** Who is told of what becomes of it; absent: nobody, whatever applications say. */
  readonly notifications?: readonly Notification[];
}

/** The tip of the environment's rendered branch.
 * @throws GitError `SIGNATURE_REFUSED`, and what reading throws */
export async function desiredFromBranch(
  repository: Repository,
  environment: EnvironmentRef,
  signatures: RequiredSignatures = {},
): Promise<Desired> {
  const release = await withPromotion(repository, await readRendered(repository, environment));
  await requireSigned(repository, release, signatures);
  return {
    ...desiredFromRelease(release),
    formerEdges: () => edgesBefore(repository, environment, release),
  };
}

/** None where nothing can be read before the release: it is the first one, or the clone is shallow. */
async function edgesBefore(
  repository: Repository,
  environment: EnvironmentRef,
  { commit }: RenderedRelease,
): Promise<readonly DependencyEdge[]> {
  try {
    const [parent] = (await repository.commits([commit]))[0]?.parents ?? [];
    if (parent === undefined) return [];
    const { applications } = await readRendered(repository, environment, { revision: parent });
    return applications.flatMap(({ edges }) => edges);
  } catch (error) {
    if (error instanceof TruekeelError) return [];
    throw error;
  }
}

export function desiredFromRelease(release: RenderedRelease): Desired {
  return {
    applications: release.applications,
    cluster: release.cluster,
    environment: release.environment,
    branch: release.branch,
    ...(release.project !== undefined && { project: release.project }),
    ...(release.approved && { approved: release.approved }),
    ...(release.policies && { policies: release.policies }),
    isHeld: release.hold?.reverts !== undefined,
    rendered: {
      commit: release.commit,
      source: release.source.commit,
      subject: release.subject,
      isDirty: release.source.dirty,
      ...(release.hold?.reverts !== undefined && { reverts: release.hold.reverts }),
    },
    notifications: release.notifications,
  };
}

/** Which environment of which project: what tells applications of one name apart in a cluster. */
export function scopeOf({ environment, project }: Pick<Desired, 'environment' | 'project'>) {
  return { ...(environment !== undefined && { environment }), ...(project !== undefined && { project }) };
}

export interface FilesOptions {
  /** Whose objects they become. */
  readonly application: string;
  /** What they have to keep. */
  readonly policies: AskedPolicies;
  /** Told of what is not wrong enough to be an error. */
  readonly onWarning: (warning: TruekeelError) => void;
}

/** Every object in a folder, as one application. */
export async function desiredFromFiles(
  directory: string,
  { application, policies, onWarning }: FilesOptions,
): Promise<Desired> {
  // A rendered branch was validated when it was rendered.
  const [{ readManifests }, { validateObjects }, judge] = await Promise.all([
    import('../../lib/render/index.ts'),
    import('../../lib/validate/index.ts'),
    judgeOfFiles(policies),
  ]);
  const rendered = await readManifests(directory, {
    application,
    validate: (objects) => validateObjects(objects, { isExcerpt: true }),
    ...(judge && { judge }),
    onWarning,
  });
  return { applications: [desiredFromRendered(rendered)], cluster: {} };
}
