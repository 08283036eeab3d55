-- A service whose record in a group has ended is free although the group's run goes on: run_members_one_active decides.
-- DropIndex
DROP INDEX "runs_one_active";
