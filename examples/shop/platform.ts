import { Size as Bytes } from 'cdk8s';
import { Role } from 'cdk8s-plus-27';
import { Application, Cpu, type Environment, Prune, ResourceQuota, Settings } from 'truekeel';
import { CAMPAIGN, campaignDefinition } from './campaign.ts';

/** What the other applications stand on: the namespace, its quota, the definition of campaigns, and who may read
 * them. Never deleted without an approval. */
export class Platform extends Application {
  constructor(environment: Environment, id: string) {
    super(environment, id, { createNamespace: true, prune: Prune.PROTECT });

    new ResourceQuota(this, 'quota', {
      pods: 100,
      cpuRequests: Cpu.cores(40),
      memoryRequests: Bytes.gibibytes(80),
    });
    Settings.of(campaignDefinition(this, 'campaigns')).prune(Prune.PROTECT);

    const reader = new Role(this, 'campaign-reader');
    reader.allowRead({ apiGroup: CAMPAIGN.group, resourceType: CAMPAIGN.plural });
  }
}
