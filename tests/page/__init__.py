"""The workshop page in a browser (`make test-page`); left out where there is no Chromium."""
