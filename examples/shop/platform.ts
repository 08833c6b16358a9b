import { ApiObject } from 'cdk8s';
import { Role } from 'cdk8s-plus-27';
import { Application, type Environment, Prune, Settings } from 'truekeel';
import { CAMPAIGN, campaignDefinition } from './campaign.ts';

/** What the other applications stand on: the namespace, its quota, the definition of campaigns, and who may read
 * them. Never deleted without an approval. */
export class Platform extends Application {
  constructor(environment: Environment, id: string) {
    super(environment, id, { createNamespace: true, prune: Prune.PROTECT });

    new ApiObject(this, 'quota', {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      spec: { hard: { pods: '100', 'requests.cpu': '40', 'requests.memory': '80Gi' } },
    });
    Settings.of(campaignDefinition(this, 'campaigns')).prune(Prune.PROTECT);

    const reader = new Role(this, 'campaign-reader');
    reader.allowRead({ apiGroup: CAMPAIGN.group, resourceType: CAMPAIGN.plural });
  }
}
