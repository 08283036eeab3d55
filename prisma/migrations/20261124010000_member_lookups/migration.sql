-- CreateIndex
CREATE INDEX "run_members_service_key_idx" ON "run_members"("service_key");

-- CreateIndex
CREATE INDEX "run_members_deployment_id_idx" ON "run_members"("deployment_id");
