provider "aws" {
  region = "eu-central-1"
}

resource "aws_s3_bucket" "statements" {
  bucket = "acme-bank-statements"
}

resource "aws_s3_bucket_public_access_block" "statements" {
  bucket                  = aws_s3_bucket.statements.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_db_instance" "bank" {
  storage_encrypted       = true
  backup_retention_period = 14
  publicly_accessible     = false
  availability_zone       = "eu-central-1b"
}

resource "aws_security_group" "web" {
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_lb_listener" "web" {
  protocol   = "HTTPS"
  ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
}

resource "aws_cloudwatch_log_group" "app" {
  retention_in_days = 400
}

resource "aws_cloudtrail" "all" {
  enable_log_file_validation = true
  is_multi_region_trail      = true
}

resource "aws_kms_key" "cards" {
  enable_key_rotation = true
}

resource "aws_lb" "web" {
  access_logs {
    bucket  = "acme-bank-logs"
    enabled = true
  }
}
