-- AlterTable
ALTER TABLE "deployments" ADD COLUMN     "last_look_at" TIMESTAMPTZ(3),
ADD COLUMN     "last_look_served" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "look_doubt" TEXT,
ADD COLUMN     "looks_served" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "reported_complete_at" TIMESTAMPTZ(3);
