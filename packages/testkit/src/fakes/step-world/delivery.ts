import type { DeliveryControllers, DeliverySeen, DeliveryTarget, StepOf } from '@lastgood/domain';
import { sameTemplate } from '@lastgood/domain/workload/same-template';
import { type ReceiverState, reading, receive } from './receivers.ts';

/** A delivery as its controller keeps it. One that asks has a checksum; then nothing is sent to abort it. */
export interface DeliveryStates {
  /** By name of the object. */
  deliveries: Record<string, DeliverySeen>;
}

/** Its version was tested inside the write: another template is another version. */
function isOfAnother({ names }: DeliverySeen, { target }: StepOf<'skip-analysis'>): boolean {
  return target !== undefined && names !== undefined && !sameTemplate(target, { ...names, imageDigests: {} });
}

/** Controllers that do as they say: an abort sends all traffic to what is stable, a promotion all to the next one. */
export function createInMemoryDelivery(receivers: ReceiverState, state: DeliveryStates): DeliveryControllers {
  const find = ({ object }: DeliveryTarget) => state.deliveries[object.name];
  const seen = (delivery: DeliverySeen) => delivery;
  const abort = (delivery: DeliverySeen) => {
    const { revision } = delivery;
    receivers.working.push(() => {
      // What it brings out meanwhile is another version, and goes on.
      const isIt = delivery.revision === revision && delivery.phase === 'bringing-out';
      if (isIt) Object.assign(delivery, { phase: 'aborted', weight: 0, healthy: false });
    });
  };
  const sameUid = (delivery: DeliverySeen, { uid }: DeliveryTarget) =>
    delivery.uid === uid ? null : '422: a test of the patch failed';
  const fence = (delivery: DeliverySeen, step: StepOf<'order-abort'>) =>
    delivery.revision === step.revision && delivery.phase === 'bringing-out'
      ? sameUid(delivery, step)
      : '422: a test of the patch failed';
  const ordering = receive(receivers, 'order-abort', {
    find,
    seen,
    isThere: (delivery) => delivery.ordered || delivery.phase === 'aborted',
    fence,
    write(delivery) {
      delivery.ordered = true;
      abort(delivery);
    },
  });
  return {
    readDelivery: reading(receivers, 'delivery', ({ object }) => state.deliveries[object.name]),
    orderAbort: {
      ...ordering,
      async observe(step, operation, signal) {
        // It asks while the step is at work, and is told.
        const delivery = find(step);
        if (delivery?.ordered && fence(delivery, step) === null) abort(delivery);
        return ordering.observe(step, operation, signal);
      },
    },
    skipAnalysis: receive(receivers, 'skip-analysis', {
      find,
      seen,
      isThere: (delivery, { skip }) => delivery.skipsAnalysis === skip,
      fence: (delivery, step) =>
        isOfAnother(delivery, step) ||
        (delivery.revision === step.revision && delivery.phase === 'bringing-out')
          ? '422: a test of the patch failed'
          : sameUid(delivery, step),
      write(delivery, { skip }) {
        delivery.skipsAnalysis = skip;
      },
    }),
    waitForPromotion: receive(receivers, 'wait-for-promotion', {
      find,
      seen,
      isThere: () => true,
      fence: () => null,
      write() {},
    }),
  };
}
