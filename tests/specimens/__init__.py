"""Apps that are right in many styles, and apps that are wrong in one way each."""
