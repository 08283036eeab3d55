/** SQL: whether the hold of the rollback that a release `d` was put back after is in force; a person who releases it means the version. */
export function isStillHeld(d: string): string {
  return `exists (select from holds h where h.service_key = ${d}.service_key and h.released_at is null
    and h.run_id = ${d}.put_back ->> 'runId')`;
}
