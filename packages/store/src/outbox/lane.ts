/**
 * Whether two rows of the outbox are of one lane (`deliveryLane`) and go to one place: such rows go one at a time, in order. Rows of before
 * there was an order name no lane in `incident` and wait for nobody. Arguments are SQL names.
 */
export function sameLane(one: string, other: string): string {
  return `(${one}.incident = ${other}.incident and ${one}.notifier = ${other}.notifier
    and ${one}.to_place is not distinct from ${other}.to_place)`;
}

export function isPage(row: string): string {
  return `${row}.notification ->> 'urgency' = 'page'`;
}
