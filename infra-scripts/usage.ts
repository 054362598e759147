export const bootstrapUsage = `Makes in an AWS account what the workflows of a GitHub repository need to run Textmill: a role for them, roles for
the workers, a security group without inbound rules, a way to S3, a log group. Shows what it would do; does it with --yes.
Needs an administrator's credentials (AWS CloudShell has them) and Node.js 20.

infra-scripts/bootstrap --repository OWNER/NAME --source s3://BUCKET/PREFIX/ --destination s3://BUCKET/PREFIX/

  --repository     the repository whose workflows run Textmill, OWNER/NAME
  --branch         the branch whose workflows may (default main)
  --environment    the environment of GitHub whose jobs may, instead of a branch
  --source         where the documents are; may be given several times
  --destination    where the text goes; may be given several times
  --region         that of the buckets (default: that of AWS_REGION)
  --vpc            where the workers run (default: the default VPC)
  --subnets        the workers' subnets, separated by commas (default: those of the VPC that lead to the internet)
  --owner-id       with --repository-id: the ids of owner and repository, if GitHub does not tell them (private repositories):
  --repository-id  gh api repos/OWNER/NAME --jq '.owner.id, .id'
  --yes            does what is shown
  --dry-run        shows the policies in full, too, and changes nothing
  --help           shows this`;

export const teardownUsage = `Removes from a region of an AWS account, and of its roles, what Textmill and its bootstrap made there. Shows what it
would do; does it with --yes. Buckets and what is in them stay.
Needs an administrator's credentials (AWS CloudShell has them) and Node.js 20.

infra-scripts/teardown --region REGION

  --region         where Textmill ran (default: that of AWS_REGION)
  --yes            does what is shown
  --help           shows this`;
