x = "{{byte:e9}}t{{byte:e9}}"
