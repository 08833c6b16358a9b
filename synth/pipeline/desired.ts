/** Where the desired state comes from: the rendered branch of an environment, or a folder of YAML. */
import { type EnvironmentRef, type RenderedRelease, readRendered } from '../../lib/branch/index.ts';
import type { Repository } from '../../lib/git/index.ts';
import type { ClusterTarget, DesiredApplication } from '../../lib/objects/index.ts';
import { desiredFromRendered } from '../../lib/plan/index.ts';
import { readManifests } from '../../lib/render/index.ts';

export interface Desired {
  readonly applications: readonly DesiredApplication[];
  readonly cluster: ClusterTarget;
  readonly environment?: string;
  readonly project?: string;
  readonly rendered?: { readonly commit: string; readonly source: string; readonly subject: string };
}

/** The tip of the environment's rendered branch. */
export async function desiredFromBranch(
  repository: Repository,
  environment: EnvironmentRef,
): Promise<Desired> {
  return desiredFromRelease(await readRendered(repository, environment));
}

export function desiredFromRelease(release: RenderedRelease): Desired {
  return {
    applications: release.applications,
    cluster: release.cluster,
    environment: release.environment,
    ...(release.project !== undefined && { project: release.project }),
    rendered: { commit: release.commit, source: release.source.commit, subject: release.subject },
  };
}

/** Which environment of which project: what tells applications of one name apart in a cluster. */
export function scopeOf({ environment, project }: Pick<Desired, 'environment' | 'project'>) {
  return { ...(environment !== undefined && { environment }), ...(project !== undefined && { project }) };
}

/** Every object in a folder, as one application. */
export async function desiredFromFiles(directory: string, application: string): Promise<Desired> {
  const rendered = await readManifests(directory, { application });
  return { applications: [desiredFromRendered(rendered)], cluster: {} };
}
