/** kafka.strimzi.io (Strimzi, "Checking the status of a custom resource"). NotReady comes with the exception as reason;
 * the operator tries again every two minutes. */
import type { KindRule, KindRules } from '../kind-rule.ts';
import { filled, is, isNot } from '../words.ts';

const STRIMZI: KindRule = {
  paused: [is('ReconciliationPaused')],
  failing: [{ ...is('NotReady'), exceptReason: ['Creating'] }, isNot('Ready')],
  current: [is('Ready')],
  otherwise: 'InProgress',
};

export const strimzi: KindRules = {
  'Kafka.kafka.strimzi.io': STRIMZI,
  'KafkaTopic.kafka.strimzi.io': STRIMZI,
  'KafkaUser.kafka.strimzi.io': STRIMZI,
  'KafkaConnect.kafka.strimzi.io': STRIMZI,
  'KafkaConnector.kafka.strimzi.io': STRIMZI,
  'KafkaMirrorMaker2.kafka.strimzi.io': STRIMZI,
  'KafkaBridge.kafka.strimzi.io': STRIMZI,
  // Its brokers are judged with the Kafka that it belongs to.
  'KafkaNodePool.kafka.strimzi.io': { current: [filled('status.nodeIds')], otherwise: 'InProgress' },
  'KafkaRebalance.kafka.strimzi.io': {
    paused: [is('ReconciliationPaused'), is('ProposalReady'), is('Stopped')],
    failed: [is('NotReady')],
    current: [is('Ready')],
    otherwise: 'InProgress',
  },
  'StrimziPodSet.core.strimzi.io': {
    current: [
      {
        all: [
          filled('status.pods'),
          { count: 'status.readyPods', atLeast: 'status.pods' },
          { count: 'status.currentPods', atLeast: 'status.pods' },
        ],
      },
    ],
    otherwise: 'InProgress',
  },
};
