"""What is served over HTTP: webhooks of payment providers, pages for buyers, health."""
