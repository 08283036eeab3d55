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
      return `${trigger.name} cannot be asked: ${event.reason}`;
    case 'recovered':
      return `${trigger.name} can be asked again`;
    case 'resolved':
      return `${trigger.name} is back within its threshold`;
    case 'pending':
    case 'fired':
      return describeTrigger(trigger, state);
  }
}
