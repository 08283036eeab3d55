/** How many thumbnails each process may make in a second while the stack is well: more than anybody asks for. */
export const goodWorkers = 400;
/** What the failing release leaves of it. */
export const fewWorkers = 1;

/** The configuration of the stack, as the team keeps it in Git. */
export function stackFiles(workers: number): Record<string, string> {
  return {
    'main.tf': `terraform {
  backend "local" {}
}

# What the thumbnail service may use: its processes read the output from the state.
resource "terraform_data" "workers" {
  input = ${workers}
}

output "workers" {
  value = terraform_data.workers.output
}
`,
  };
}
