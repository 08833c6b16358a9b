/** Campaigns: what the shop shows on its front page, and when. A kind of its own, which the worker reads. */
import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';

export const CAMPAIGN = {
  group: 'shop.example.com',
  version: 'v1',
  kind: 'Campaign',
  plural: 'campaigns',
} as const;

export interface CampaignProps {
  readonly title: string;
  /** Per cent off. */
  readonly discount: number;
}

export class Campaign extends ApiObject {
  constructor(scope: Construct, id: string, props: CampaignProps) {
    super(scope, id, {
      apiVersion: `${CAMPAIGN.group}/${CAMPAIGN.version}`,
      kind: CAMPAIGN.kind,
      spec: { title: props.title, discount: props.discount },
    });
  }
}

/** The definition of the kind. */
export function campaignDefinition(scope: Construct, id: string): ApiObject {
  return new ApiObject(scope, id, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${CAMPAIGN.plural}.${CAMPAIGN.group}` },
    spec: {
      group: CAMPAIGN.group,
      scope: 'Namespaced',
      names: { kind: CAMPAIGN.kind, plural: CAMPAIGN.plural, singular: 'campaign' },
      versions: [
        {
          name: CAMPAIGN.version,
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              required: ['spec'],
              properties: {
                spec: {
                  type: 'object',
                  required: ['title', 'discount'],
                  properties: {
                    title: { type: 'string', minLength: 1 },
                    discount: { type: 'integer', minimum: 0, maximum: 90 },
                  },
                },
              },
            },
          },
        },
      ],
    },
  });
}
