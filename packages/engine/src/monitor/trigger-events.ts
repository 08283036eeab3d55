import {
  type DueReading,
  describeTrigger,
  type EventType,
  eventAbout,
  type NewEvent,
  type TriggerEvent,
  type TriggerState,
} from '@lastgood/domain';

const typeOf: Record<TriggerEvent['type'], EventType> = {
  pending: 'trigger.pending',
  fired: 'trigger.fired',
  resolved: 'trigger.resolved',
  ended: 'trigger.ended',
  trouble: 'trigger.trouble',
  recovered: 'trigger.recovered',
};

/** What a trigger's state machine said, as lines of the timeline. */
export function triggerEvents(
  due: DueReading,
  state: TriggerState,
  events: readonly TriggerEvent[],
  slot: number,
): NewEvent[] {
  const { deployment, service } = due.watched;
  return events.map((event) =>
    eventAbout({
      type: typeOf[event.type],
      at: slot,
      service: service.key,
      deploymentId: deployment.id,
      text: textOf(due, state, event),
      data: { trigger: due.trigger.name },
    }),
  );
}

function textOf(due: DueReading, state: TriggerState, event: TriggerEvent): string {
  const { trigger } = due;
  switch (event.type) {
    case 'trouble':
      return event.of === 'query'
        ? `${trigger.name} cannot be asked: ${event.reason}`
        : `the companion query of ${trigger.name} cannot be used, so a breach cannot count: ${event.reason}`;
    case 'recovered':
      return event.of === 'query'
        ? `${trigger.name} can be asked again`
        : `the companion query of ${trigger.name} can be used again`;
    case 'resolved':
      return `${trigger.name} is back within its threshold`;
    case 'ended':
      return `${describeTrigger(trigger, state)}; what it said before has ended, and that is no recovery`;
    case 'pending':
    case 'fired':
      return describeTrigger(trigger, state);
  }
}
