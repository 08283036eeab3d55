/**
 * Whether nobody has the lease of a row, on the database's clock. No lease is given for longer than a minute: one that ends much later
 * was written before that clock was set back, and its holder, if it lives, loses it by the epoch.
 */
export const isLeaseOver = `(lease_until is null or lease_until <= clock_timestamp()
  or lease_until > clock_timestamp() + interval '10 minutes')`;
